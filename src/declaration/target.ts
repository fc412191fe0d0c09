import { resolve } from 'node:path'
import type { Machine } from './machine.ts'
import { expandHome } from './path.ts'

/** What a `script` turns out to be. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  /** On the PATH. */
  | { readonly kind: 'command'; readonly name: string; readonly path: string }
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'missing'; readonly path: string; readonly isDirectory: boolean }

/** A target, and the directory that it runs in. */
export interface Placed {
  readonly cwd: string
  readonly target: Target
  /** Which of the bases `cwd` is reckoned from. */
  readonly base: number
}

/** What a declaration says of the program to run, before anything of it was looked for on the disk. */
export interface TargetWish {
  readonly script: string
  readonly cwd: string | undefined
  readonly interpreter: string | undefined
  /** PATH of the service, where it declares one. */
  readonly searchPath: string | undefined
}

/**
 * Finds a script, and with it the directory of a service.
 *
 * A declaration means the same from wherever it is read, so paths are reckoned from its own directory, the
 * first base; only what is not there is looked for from the caller's directory, the second, as PM2 does.
 */
export function place(wanted: TargetWish, bases: readonly string[], machine: Machine): Placed {
  const places = bases.map((base, index) => ({
    base: index,
    cwd: resolve(base, expandHome(wanted.cwd ?? '.', machine.home)),
  }))
  const enterable = places.filter(({ cwd }) => machine.look(cwd).kind === 'directory')
  const script = expandHome(wanted.script, machine.home)
  const holding = enterable.find(({ cwd }) => machine.look(resolve(cwd, script)).kind === 'file')
  if (holding !== undefined) {
    return { ...holding, target: { kind: 'file', path: resolve(holding.cwd, script) } }
  }
  const [at = { base: 0, cwd: '/' }] = [...enterable, ...places]
  return { ...at, target: elsewhere(wanted, resolve(at.cwd, script), machine) }
}

/** Whether an interpreter reads shell lines after `-c`. */
function isShell(interpreter: string): boolean {
  return /^(.*\/)?(ba|da|z|k|a)?sh$/.test(interpreter)
}

function elsewhere(wanted: TargetWish, path: string, machine: Machine): Target {
  const { script, interpreter = 'none', searchPath } = wanted
  const isForShell = interpreter === 'none' || isShell(interpreter)
  if (isForShell && /\s/.test(script.trim())) return { kind: 'line', line: script }
  // PM2's word for its own server; a file of that name came first.
  if (script === 'serve') return { kind: 'file', path: machine.staticServer }
  const command = script.includes('/') ? undefined : machine.find(script, searchPath)
  if (command !== undefined) return { kind: 'command', name: script, path: command }
  const sight = machine.look(path)
  if (sight.kind === 'file') return { kind: 'file', path }
  return { kind: 'missing', path, isDirectory: sight.kind === 'directory' }
}
