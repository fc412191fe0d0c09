import { type Clock, sleep } from '../base/clock.ts'
import type { Carrier, Census } from './census.ts'
import type { ProcessIdentity, Survivor } from './host.ts'

/** What a sweep needs from the outside world. */
export interface SweepPorts {
  readonly clock: Clock
  readonly census: Census
  kill(identity: ProcessIdentity): void
  isAlive(identity: ProcessIdentity): boolean
  commandOf(pid: number): string
}

const mostRounds = 5

/** The pauses grow to 0.8 s: a process with many gigabytes takes that long to die. */
const firstPauseMs = 10
const pauseGrowth = 3

/**
 * Kills whatever carries exactly this cookie until two counts in a row find nobody; says who is left after five
 * rounds of killing.
 *
 * One empty count is not enough: a process that forks while the count runs can be missed in both of its lives.
 */
export async function sweep(cookie: string, ports: SweepPorts): Promise<readonly Survivor[]> {
  let emptyCounts = 0
  let rounds = 0
  let dying: readonly Carrier[] = []
  while (emptyCounts < 2) {
    // Each count has to see what the round before it left behind.
    // oxlint-disable-next-line no-await-in-loop
    dying = [...(await carriersOf(cookie, ports)), ...dying].filter(isFirstOfItsPid)
    dying = dying.filter(({ identity }) => ports.isAlive(identity))
    emptyCounts = dying.length === 0 ? emptyCounts + 1 : 0
    if (dying.length === 0) continue
    if (rounds === mostRounds) return dying.map((carrier) => survivorOf(carrier, ports))
    for (const { identity } of dying) ports.kill(identity)
    // oxlint-disable-next-line no-await-in-loop
    await sleep(ports.clock, firstPauseMs * pauseGrowth ** rounds)
    rounds++
  }
  return []
}

async function carriersOf(cookie: string, ports: SweepPorts): Promise<readonly Carrier[]> {
  return (await ports.census.count()).filter((carrier) => carrier.cookie === cookie)
}

/**
 * A dying process loses its environment, and so its cookie, well before its sockets. It is remembered until it is
 * gone: a successor may want its port.
 */
function isFirstOfItsPid(carrier: Carrier, at: number, all: readonly Carrier[]): boolean {
  return all.findIndex(({ identity }) => identity.pid === carrier.identity.pid) === at
}

function survivorOf({ identity, state }: Carrier, ports: SweepPorts): Survivor {
  return { pid: identity.pid, state, command: ports.commandOf(identity.pid) }
}
