import { basename, extname, resolve } from 'node:path'
import type { Machine } from './machine.ts'
import { expandHome } from './path.ts'

/** How a script is run, or why it cannot be. */
export type Interpreter =
  | {
      readonly kind: 'found'
      readonly interpreter: string
      /** What it needs before its other arguments. */
      readonly args?: readonly string[]
    }
  | { readonly kind: 'problem'; readonly expected: string; readonly hint: string }

/** Where interpreters are looked for. */
export interface Search {
  readonly machine: Machine
  /** PATH of the service, where it declares one. */
  readonly path: string | undefined
}

/** The first that is installed runs the script (PM2, section 2.2). */
const byExtension: Readonly<Record<string, readonly string[]>> = {
  '.sh': ['bash', 'sh'],
  '.py': ['python3', 'python'],
  '.rb': ['ruby'],
  '.php': ['php'],
  '.pl': ['perl'],
  '.coffee': ['coffee'],
  '.ls': ['lsc'],
}

const javascript = new Set(['.js', '.cjs', '.mjs'])
const typescript = new Set(['.ts', '.cts', '.mts'])

/** What runs a script that names no interpreter: its extension decides, then its first bytes. */
export function interpreterFor(script: string, search: Search): Interpreter {
  const extension = extname(script)
  if (javascript.has(extension)) return found(search.machine.node)
  if (typescript.has(extension) || extension === '.tsx') return forTypeScript(extension, search)
  const candidates = byExtension[extension]
  return candidates === undefined ? byContent(script, search) : firstOf(candidates, search)
}

/** The shell for a line. */
export function shellFor(search: Search): Interpreter {
  return firstOf(['bash', 'sh'], search)
}

/** What a declared interpreter means; `script` is the absolute path of the script. */
export function declaredInterpreter(
  declared: string,
  { script, cwd }: { readonly script: string; readonly cwd: string },
  search: Search,
): Interpreter {
  if (declared === 'none') return directly(script, search.machine)
  if (declared.startsWith('node@')) return fromNvm(declared.slice('node@'.length), search.machine)
  if (declared.includes('/')) {
    return atPath(resolve(cwd, expandHome(declared, search.machine.home)), search.machine)
  }
  if (search.machine.find(declared, search.path) !== undefined) return found(declared)
  return declared === 'node' ? found(search.machine.node) : firstOf([declared], search)
}

/** Node and Bun scripts can be clustered; PM2 tells them by the end of the name as well. */
export function isNode(interpreter: string): boolean {
  return basename(interpreter).endsWith('node')
}

function forTypeScript(extension: string, search: Search): Interpreter {
  if (search.machine.find('bun', search.path) !== undefined) return found('bun')
  if (search.machine.runsTypeScript && extension !== '.tsx') return found(search.machine.node)
  return problem(
    'a script that this Node can run',
    'it does not run TypeScript: name the compiled .js file, say `next_gen_js: true` in a project that has tsx, or name an interpreter such as "bun"',
  )
}

function byContent(script: string, { machine }: Search): Interpreter {
  const beginning = machine.beginning(script)
  const isBinary = beginning.includes('\0')
  if (!isBinary && !beginning.startsWith('#!')) return found(machine.node)
  const sight = machine.look(script)
  const isNodeScript = /^#!.*\bnode\b/.test(beginning)
  if (sight.kind === 'file' && !sight.isExecutable && isNodeScript) return found(machine.node)
  return directly(script, machine)
}

function directly(script: string, machine: Machine): Interpreter {
  const sight = machine.look(script)
  if (sight.kind === 'file' && sight.isExecutable) return found('none')
  return problem('an executable file', `run \`chmod +x ${script}\`, or name an exec_interpreter`)
}

function fromNvm(version: string, machine: Machine): Interpreter {
  const number = version.replace(/^v/, '')
  const dir = machine.nvm ?? resolve(machine.home, '.nvm')
  const path = resolve(dir, `versions/node/v${number}/bin/node`)
  if (machine.look(path).kind === 'file') return found(path)
  return problem(
    `a Node that nvm has installed`,
    `there is no ${path}: run \`nvm install ${number}\``,
  )
}

function atPath(path: string, machine: Machine): Interpreter {
  const sight = machine.look(path)
  if (sight.kind === 'file' && sight.isExecutable) return found(path)
  return problem('an interpreter that can be executed', `there is none at ${path}`)
}

function firstOf(candidates: readonly string[], { machine, path }: Search): Interpreter {
  const interpreter = candidates.find((each) => machine.find(each, path) !== undefined)
  if (interpreter !== undefined) return found(interpreter)
  const names = candidates.join(' or ')
  return problem('an interpreter that is installed', `there is no ${names} on the PATH`)
}

function found(interpreter: string): Interpreter {
  return { kind: 'found', interpreter }
}

function problem(expected: string, hint: string): Interpreter {
  return { kind: 'problem', expected, hint }
}
