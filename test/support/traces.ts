import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listPids, readCommandLine, readStat, readVariable } from '../../src/process/proc.ts'

/** Every process that a test started carries this variable, with the test's own value. */
export const tokenVariable = 'LAB_TOKEN'

/** A process of a launch, seen alive. */
export interface Trace {
  readonly pid: number
  readonly startTicks: number
  /** `<service id>.<slot>.<incarnation>`. */
  readonly launchId: string
  readonly command: string
}

/** The processes, guards included, of everything that the managers of one home launched. */
export function tracesOf(homeDir: string): readonly Trace[] {
  const prefix = `${managerIdOf(homeDir)}:`
  return listPids().flatMap((pid) => {
    const cookie = readVariable(pid, 'TROUPE_COOKIE')
    const stat = cookie?.startsWith(prefix) === true ? readStat(pid) : undefined
    if (cookie === undefined || stat === undefined || stat.state === 'Z') return []
    const [, launchId = ''] = cookie.split(':')
    return [{ pid, startTicks: stat.startTicks, launchId, command: readCommandLine(pid) }]
  })
}

/** Everybody who carries a token, the loop around the manager included. */
export function bearersOf(token: string): readonly number[] {
  return listPids().filter(
    (pid) => readVariable(pid, tokenVariable) === token && isRunning(pid) && pid !== process.pid,
  )
}

/** Whether somebody runs under this pid; a zombie does not. */
export function isRunning(pid: number): boolean {
  const stat = readStat(pid)
  return stat !== undefined && stat.state !== 'Z'
}

/** Whether exactly this process still runs. */
export function isThere({ pid, startTicks }: Pick<Trace, 'pid' | 'startTicks'>): boolean {
  return isRunning(pid) && readStat(pid)?.startTicks === startTicks
}

/** The parent of a process: of a manager, the loop that starts it again. */
export function parentOf(pid: number): number {
  const [, parent] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(parent)
}

function managerIdOf(homeDir: string): string {
  const identity: unknown = JSON.parse(
    readFileSync(join(homeDir, 'state', 'identity.json'), 'utf8'),
  )
  return (identity as { readonly managerId: string }).managerId
}
