import { dirname, extname, join } from 'node:path'
import type { Interpreter } from './interpreter.ts'
import type { Machine } from './machine.ts'

const javascript = new Set(['.js', '.cjs', '.mjs'])
const typescript = new Set(['.ts', '.cts', '.mts'])
const throughTsx = ['--import', 'tsx'] as const

/**
 * What runs a script that asks for `next_gen_js`: Node, with the tsx of its project where there is one.
 * Undefined: it is no script for Node.
 */
export function nextGen(script: string, cwd: string, machine: Machine): Interpreter | undefined {
  const extension = extname(script)
  const isTypeScript = typescript.has(extension) || extension === '.tsx'
  if (!isTypeScript && !javascript.has(extension)) return undefined
  const { node, runsTypeScript } = machine
  if (hasTsx(cwd, machine)) return { kind: 'found', interpreter: node, args: throughTsx }
  if (!isTypeScript || (runsTypeScript && extension !== '.tsx')) {
    return { kind: 'found', interpreter: node }
  }
  return {
    kind: 'problem',
    expected: 'a script that this Node can run',
    hint: `there is no tsx to be found from ${cwd}: run \`npm install tsx\` there`,
  }
}

/** Whether TypeScript is run through tsx, by the flags that we add for it ourselves. */
export function isThroughTsx(interpreterArgs: readonly string[]): boolean {
  const [flag, loader] = throughTsx
  return interpreterArgs.some((arg, index) => arg === flag && interpreterArgs[index + 1] === loader)
}

/** Node resolves `--import tsx` from the directory that it runs in. */
export function hasTsx(cwd: string, machine: Machine): boolean {
  const manifest = join(cwd, 'node_modules', 'tsx', 'package.json')
  if (machine.look(manifest).kind === 'file') return true
  return dirname(cwd) !== cwd && hasTsx(dirname(cwd), machine)
}
