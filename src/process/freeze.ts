import { readFileSync, readdirSync } from 'node:fs'
import { type Clock, sleep } from '../base/clock.ts'
import type { Census } from './census.ts'
import type { ProcessIdentity } from './host.ts'
import { isAlive, sendSignal } from './identity.ts'
import { parseStat, readStat } from './proc.ts'

/** What freezing needs from the outside world. */
export interface FreezePorts {
  readonly census: Census
  readonly clock: Clock
  readonly bootId: string
  /** Writes down who is about to be stopped, so that a later manager can let them go on. */
  noted(stopped: readonly ProcessIdentity[]): void
}

/** Processes that stand still. */
export interface Frozen {
  thaw(): void
}

/** How long processes may take to stop; one that waits for a disk cannot. */
const patienceMs = 200
/** How often new children of those that were stopped are looked for. */
const mostGenerations = 5

/**
 * Stops every process that carries one of the cookies, until it is thawed; undefined when one could not be
 * stopped in time (then none is). Processes that somebody else has stopped stay so afterwards.
 *
 * Whoever stands still cannot fork. So after a first count only children need to be looked for that were born
 * between the count and the signal.
 */
export async function freeze(
  cookies: ReadonlySet<string>,
  ports: FreezePorts,
): Promise<Frozen | undefined> {
  const carriers = (await ports.census.count()).filter(
    ({ cookie, state }) => cookies.has(cookie) && !isStopped(state),
  )
  const stopped = new Map<number, ProcessIdentity>()
  const stop = (some: readonly ProcessIdentity[]): void => {
    for (const each of some) stopped.set(each.pid, each)
    ports.noted([...stopped.values()])
    for (const each of some) sendSignal(each, ports.bootId, 'SIGSTOP')
  }
  const frozen = { thaw: () => thaw([...stopped.values()], ports.bootId) }
  let born = carriers.map(({ identity }) => identity)
  for (let generation = 0; born.length > 0; generation++) {
    stop(born)
    // Each generation has to stand still before its children can be counted.
    // oxlint-disable-next-line no-await-in-loop
    const isStill = generation < mostGenerations && (await standStill(born, ports))
    if (!isStill) {
      frozen.thaw()
      return undefined
    }
    born = childrenOf(born, ports.bootId).filter(({ pid }) => !stopped.has(pid))
  }
  return frozen
}

/** Lets processes go on that were stopped, by this manager or by one that died meanwhile. */
export function thaw(stopped: readonly ProcessIdentity[], bootId: string): void {
  for (const each of stopped) sendSignal(each, bootId, 'SIGCONT')
}

async function standStill(
  some: readonly ProcessIdentity[],
  { clock, bootId }: FreezePorts,
): Promise<boolean> {
  const deadline = clock.now() + patienceMs
  while (!some.every((each) => isStill(each, bootId))) {
    if (clock.now() > deadline) return false
    // oxlint-disable-next-line no-await-in-loop
    await sleep(clock, 1)
  }
  return true
}

/** A thread that is still inside a system call may still write. */
function isStill(identity: ProcessIdentity, bootId: string): boolean {
  if (!isAlive(identity, bootId)) return true
  return threadsOf(identity.pid).every((state) => isStopped(state) || state === 'Z')
}

function threadsOf(pid: number): readonly string[] {
  return listing(`/proc/${pid}/task`).flatMap((tid) => {
    const stat = parseStat(textOf(`/proc/${pid}/task/${tid}/stat`))
    return stat === undefined ? [] : [stat.state]
  })
}

function childrenOf(parents: readonly ProcessIdentity[], bootId: string): ProcessIdentity[] {
  return parents
    .flatMap(({ pid }) =>
      listing(`/proc/${pid}/task`).flatMap((tid) =>
        textOf(`/proc/${pid}/task/${tid}/children`).split(' '),
      ),
    )
    .map(Number)
    .flatMap((pid) => {
      const stat = pid > 0 ? readStat(pid) : undefined
      const isMoving = stat !== undefined && !isStopped(stat.state) && stat.state !== 'Z'
      return isMoving ? [{ bootId, pid, startTicks: stat.startTicks }] : []
    })
}

function isStopped(state: string): boolean {
  return state === 'T' || state === 't'
}

/** What is gone by now has nothing to say. */
function listing(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
