import type { Exit } from '../base/exit.ts'
import type { LaunchRecord, Survivor } from '../process/host.ts'
import type { ExitClass } from '../protocol/views.ts'
import type { Exited, Memory } from './instance-machine.ts'
import type { Clues, SupervisorPorts } from './instance-ports.ts'
import type { Times } from './remembered.ts'

/** What is known the moment a process is gone. */
export interface Death {
  readonly exit: Exit
  /** Wall time, ms since 1970. */
  readonly at: number
  readonly times: Times
  readonly isCommanded: boolean
  /** It was ended by us although nobody asked for that. */
  readonly failedBy?: ExitClass
  readonly observedLate: boolean
  /** The kernel's count when the process was spawned; undefined when another manager spawned it. */
  readonly oomKillsBefore: number | undefined
  readonly isSwept: boolean
  readonly record: LaunchRecord
  readonly pid?: number
}

const lastLines = 5

/** How an instance stands the moment that its process is gone. */
export function lastStandingOf(
  { wanted, isAgain, pid, failedBy }: Memory,
  times: Times,
): Pick<Death, 'isCommanded' | 'times' | 'pid' | 'failedBy'> {
  return {
    isCommanded: wanted === 'down' || isAgain,
    times,
    ...(pid === undefined ? {} : { pid }),
    ...(failedBy === undefined ? {} : { failedBy: failedBy.class }),
  }
}

/** Ends what the process left behind, and gathers what can be learnt of its end. */
export async function obituary(
  death: Death,
  { host, clues }: Pick<SupervisorPorts, 'host' | 'clues'>,
): Promise<Exited> {
  const { at, exit, times, record, observedLate } = death
  const survivors = death.isSwept ? await host.sweep(record.cookie) : []
  const [lastLogLines, note] = await Promise.all([
    clues.lastLines([record.files.error, record.files.out], record.at, lastLines),
    fullDiskUnder(record, clues),
  ])
  return {
    kind: 'exited',
    exit,
    class: classOf(death, clues.oomKills()),
    exitedAt: at,
    uptimeMs: Math.max(0, at - (times.launchedAt ?? record.at)),
    readyForMs: times.onlineAt === undefined ? undefined : Math.max(0, at - times.onlineAt),
    observedLate,
    lastLogLines,
    survivors: survivors.map(briefly),
    ...(death.pid === undefined ? {} : { pid: death.pid }),
    ...(note === undefined ? {} : { note }),
  }
}

/** Either log may be the one that could not be written. */
async function fullDiskUnder(
  { files: { error, out } }: LaunchRecord,
  clues: Clues,
): Promise<string | undefined> {
  return (await clues.fullDisk(error)) ?? (await clues.fullDisk(out))
}

/** SUPERVISION §5.1. An OOM kill is a SIGKILL that we did not send while the kernel's own count grew. */
function classOf(
  { exit, isCommanded, failedBy, oomKillsBefore }: Death,
  oomKills: number,
): ExitClass {
  if (isCommanded) return 'commanded'
  if (failedBy !== undefined) return failedBy
  if ('unknown' in exit) return 'unknown'
  if ('code' in exit) return exit.code === 0 ? 'success' : 'failure'
  const isOom =
    exit.signal === 'SIGKILL' && oomKillsBefore !== undefined && oomKills > oomKillsBefore
  return isOom ? 'oom' : 'signal'
}

function briefly({ pid, state }: Survivor): { readonly pid: number; readonly state: string } {
  return { pid, state }
}
