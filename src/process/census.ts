import { setImmediate as nextTurn } from 'node:timers/promises'
import { cookieVariable } from './cookie.ts'
import type { ProcessIdentity } from './host.ts'
import { listPids, readStat, readVariable } from './proc.ts'

/** A living process that carries a cookie. */
export interface Carrier {
  readonly identity: ProcessIdentity
  readonly state: string
  readonly cookie: string
}

/** Counts the processes that carry cookies. */
export interface Census {
  /** Everyone who carries a cookie now, except this process itself; never older than the call. */
  count(): Promise<readonly Carrier[]>
}

/** A pass reads this many environments (about a millisecond) before others get their turn. */
const perTurn = 32

/**
 * A census over `/proc`.
 *
 * One pass serves everybody who asked before it began, so that a hundred services which exit together cost two or
 * three passes and not two hundred.
 */
export function procCensus(bootId: string): Census {
  let running: Promise<readonly Carrier[]> | undefined
  let next: Promise<readonly Carrier[]> | undefined

  const begin = (): Promise<readonly Carrier[]> => {
    next = undefined
    running = pass(bootId).finally(() => (running = undefined))
    return running
  }
  return {
    count() {
      if (!running) return begin()
      next ??= running.then(begin, begin)
      return next
    },
  }
}

async function pass(bootId: string): Promise<readonly Carrier[]> {
  const pids = listPids().filter((pid) => pid !== process.pid)
  const carriers: Carrier[] = []
  for (let from = 0; from < pids.length; from += perTurn) {
    for (const pid of pids.slice(from, from + perTurn)) {
      const carrier = look(pid, bootId)
      if (carrier) carriers.push(carrier)
    }
    // A pass may take as long as it likes, the event loop may not.
    // oxlint-disable-next-line no-await-in-loop
    await nextTurn()
  }
  return carriers
}

function look(pid: number, bootId: string): Carrier | undefined {
  const cookie = readVariable(pid, cookieVariable)
  const stat = cookie === undefined ? undefined : readStat(pid)
  if (cookie === undefined || !stat || stat.state === 'Z') return undefined
  return { identity: { bootId, pid, startTicks: stat.startTicks }, state: stat.state, cookie }
}
