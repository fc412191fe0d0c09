import type { CheckedApp } from './check.ts'
import {
  declaredInterpreter,
  type Interpreter,
  interpreterFor,
  isNode,
  type Search,
  shellFor,
} from './interpreter.ts'
import type { Machine } from './machine.ts'
import { nextGen } from './next-gen.ts'
import { below, type Problem } from './problem.ts'
import { withSourceMaps } from './source-maps.ts'
import { place, type Placed, type Target } from './target.ts'
import type { Variables } from './variables.ts'

/** What is executed, where. */
export interface Command {
  readonly script: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly interpreter: string
  readonly interpreterArgs: readonly string[]
  /** Only what Node runs can be clustered. */
  readonly isNode: boolean
  /** cwd is the caller's, since nothing was found from the directory of the file. */
  readonly isFromCaller: boolean
}

/** Where an app is looked for. */
export interface Site {
  readonly machine: Machine
  /** Directories that paths are reckoned from, best first. */
  readonly bases: readonly string[]
}

/** A command, or what stands against it; neither when fields it depends on are wrong themselves. */
export interface Judged {
  readonly command?: Command
  readonly problems: readonly Problem[]
}

const leaned = ['script', 'cwd', 'exec_interpreter', 'env'] as const

/** Finds what an app runs, and checks it against the machine. */
export function commandOf(app: CheckedApp, env: Variables, site: Site): Judged {
  if (leaned.some((name) => app.broken.has(name))) return { problems: [] }
  const { script, cwd, exec_interpreter: interpreter } = app.values
  if (script === undefined) return { problems: [problem(app, 'script', 'a script')] }
  const searchPath = env['PATH']
  const { machine, bases } = site
  const placed = place({ script, cwd, interpreter, searchPath }, bases, machine)
  const ran =
    nextGenOf(app, placed, machine) ??
    interpreterOf(placed, interpreter, { machine, path: searchPath })
  const lost = checkCwd(app, placed.cwd, machine)
  const problems = [
    ...lost,
    // Without its directory a script is missing as well; that is one problem, not two.
    ...(lost.length > 0 ? [] : checkTarget(app, placed.target, ran, machine)),
    ...checkInterpreter(app, ran),
  ]
  if (problems.length > 0 || ran.kind === 'problem') return { problems }
  return { command: assemble(app, placed, ran), problems }
}

function nextGenOf(
  { values }: CheckedApp,
  { target, cwd }: Placed,
  machine: Machine,
): Interpreter | undefined {
  const isAsked = values.next_gen_js && values.exec_interpreter === undefined
  return isAsked && target.kind === 'file' ? nextGen(target.path, cwd, machine) : undefined
}

function interpreterOf(
  { target, cwd }: Placed,
  declared: string | undefined,
  search: Search,
): Interpreter {
  const isDeclared = declared !== undefined && declared !== 'none'
  if (target.kind === 'missing' && !isDeclared) return { kind: 'found', interpreter: 'none' }
  if (target.kind === 'line') {
    return isDeclared
      ? declaredInterpreter(declared, { script: '', cwd }, search)
      : shellFor(search)
  }
  if (declared !== undefined) {
    return declaredInterpreter(declared, { script: target.path, cwd }, search)
  }
  return target.kind === 'command'
    ? { kind: 'found', interpreter: 'none' }
    : interpreterFor(target.path, search)
}

function checkCwd(app: CheckedApp, cwd: string, machine: Machine): readonly Problem[] {
  const sight = machine.look(cwd)
  if (sight.kind !== 'directory') {
    return [problem(app, 'cwd', 'a directory', `there is none at ${cwd}`)]
  }
  return sight.isEnterable
    ? []
    : [problem(app, 'cwd', 'a directory that may be entered', `see \`ls -ld ${cwd}\``)]
}

function checkTarget(
  app: CheckedApp,
  target: Target,
  ran: Interpreter,
  machine: Machine,
): readonly Problem[] {
  if (target.kind === 'missing') {
    return [problem(app, 'script', 'a file, or a command on the PATH', whyMissing(app, target))]
  }
  if (target.kind !== 'file' || ran.kind !== 'found' || ran.interpreter === 'none') return []
  const sight = machine.look(target.path)
  return sight.kind === 'file' && sight.isReadable
    ? []
    : [problem(app, 'script', 'a file that may be read', `see \`ls -l ${target.path}\``)]
}

function whyMissing(
  { values: { script = '' } }: CheckedApp,
  { path, isDirectory }: Extract<Target, { kind: 'missing' }>,
): string {
  if (isDirectory) return `${path} is a directory`
  const why = `there is no ${path}`
  return /\s/.test(script) ? `${why}; arguments belong into args` : why
}

function checkInterpreter(app: CheckedApp, ran: Interpreter): readonly Problem[] {
  if (ran.kind === 'found') return []
  const declared = app.values.exec_interpreter
  const isScripts = declared === undefined || declared === 'none'
  return [problem(app, isScripts ? 'script' : 'exec_interpreter', ran.expected, ran.hint)]
}

function problem(
  { path, spellings, values }: CheckedApp,
  name: 'script' | 'cwd' | 'exec_interpreter',
  expected: string,
  hint?: string,
): Problem {
  const at = below(path, spellings.get(name) ?? name)
  return { path: at, expected, got: values[name], ...(hint === undefined ? {} : { hint }) }
}

function assemble(
  { values }: CheckedApp,
  { target, cwd, base }: Placed,
  { interpreter, args: before = [] }: Extract<Interpreter, { kind: 'found' }>,
): Command {
  const common = { cwd, interpreter, isFromCaller: base > 0 }
  const { args } = values
  if (target.kind === 'line') {
    return { ...common, ...lineWith(target.line, args, interpreter), isNode: false }
  }
  const isByName = target.kind === 'command' && interpreter === 'none'
  const script = isByName ? target.name : target.path
  const interpreterArgs = [...before, ...withSourceMaps(values, interpreter)]
  return { ...common, script, args, interpreterArgs, isNode: isNode(interpreter) }
}

/** What follows the line of `-c` is for the line, except the first word, which is the name of the shell. */
function lineWith(
  line: string,
  args: readonly string[],
  shell: string,
): Pick<Command, 'script' | 'args' | 'interpreterArgs'> {
  const interpreterArgs = ['-c']
  if (args.length === 0) return { script: line, args, interpreterArgs }
  return { script: `${line} "$@"`, args: [shell, ...args], interpreterArgs }
}
