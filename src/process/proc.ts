import { readdirSync, readFileSync } from 'node:fs'
import { errnoOf, TroupeError } from '../base/errors.ts'

/** One line of `/proc/<pid>/stat`, reduced to what telling processes apart needs. */
export interface ProcStat {
  readonly pid: number
  readonly command: string
  /** `R`, `S`, `D`, `T`, `Z`…: a `Z` is dead and only waits to be reaped. */
  readonly state: string
  readonly startTicks: number
}

/**
 * Reads a line of `/proc/<pid>/stat`; undefined when it is none.
 *
 * The command stands in parentheses and may itself hold spaces and parentheses, so the last `)` ends it.
 */
export function parseStat(line: string): ProcStat | undefined {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  if (open === -1 || close < open) return undefined
  const rest = line.slice(close + 2).split(' ')
  const pid = Number(line.slice(0, open))
  // The state is field 3 and the start is field 22; `rest` begins at field 3.
  const [state = '', startTicks] = [rest[0], Number(rest[19])]
  if (!Number.isSafeInteger(pid) || pid < 1 || !Number.isSafeInteger(startTicks)) return undefined
  return { pid, command: line.slice(open + 1, close), state, startTicks }
}

/** What the kernel says of a process now; undefined when there is none with that pid. */
export function readStat(pid: number): ProcStat | undefined {
  const line = readOrNothing(`/proc/${pid}/stat`)
  return line && parseStat(line.toString('latin1'))
}

/**
 * The value of one variable in the environment that a process was started with.
 *
 * Undefined as well for a zombie, for a process of somebody else, and for one that wrote over its own
 * environment (as programs that set their title do).
 */
export function readVariable(pid: number, name: string): string | undefined {
  const environ = readOrNothing(`/proc/${pid}/environ`)
  return environ && variableIn(environ, name)
}

/** The command line of a process as people type it, at most 200 characters; empty when it is gone or a zombie. */
export function readCommandLine(pid: number): string {
  const line = readOrNothing(`/proc/${pid}/cmdline`)?.toString('utf8') ?? ''
  return line.replaceAll('\0', ' ').trim().slice(0, 200)
}

/** Whether a word stands alone among the arguments of a process. */
export function hasArgument(pid: number, word: string): boolean {
  return readOrNothing(`/proc/${pid}/cmdline`)?.includes(`\0${word}\0`) ?? false
}

/** The value of `name` in the NUL-separated text of an environment. */
export function variableIn(environ: Buffer, name: string): string | undefined {
  const entry = `${name}=`
  const isFirst = environ.toString('latin1', 0, entry.length) === entry
  const at = isFirst ? 0 : environ.indexOf(`\0${entry}`) + 1
  if (at === 0 && !isFirst) return undefined
  const end = environ.indexOf(0, at)
  return environ.toString('utf8', at + entry.length, end === -1 ? environ.length : end)
}

/** Every pid that is visible now. */
export function listPids(): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0)
}

/**
 * Names this boot of the machine: pids and start ticks mean nothing beyond it.
 *
 * @throws TroupeError `E_FAILED` where there is no `/proc`
 */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch (cause) {
    throw new TroupeError('E_FAILED', 'cannot tell processes apart: /proc cannot be read here', {
      hint: 'supervising processes needs Linux with /proc mounted',
      cause,
    })
  }
}

/** Synchronous on purpose: the kernel answers from memory, in microseconds, and no file there can block. */
function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isGoneOrForeign(errnoOf(error))) return undefined
    throw error
  }
}

function isGoneOrForeign(errno: string | undefined): boolean {
  return errno === 'ENOENT' || errno === 'ESRCH' || errno === 'EACCES' || errno === 'EPERM'
}
