import type { Clock } from '../base/clock.ts'
import type { Found } from '../process/host.ts'
import type { ForkHost } from '../process/fork-host.ts'
import { parseLaunchId } from '../process/launch-id.ts'
import { redactArguments } from '../protocol/redact.ts'
import { firstSeat, otherSeat } from '../supervisor/seat.ts'
import type { Herald } from './herald.ts'
import { version } from './host-view.ts'
import type { Estate } from './inheritance.ts'
import type { Roster } from './roster.ts'

interface Recovery {
  readonly found: readonly Found[]
  readonly estate: Estate
  readonly roster: Roster
  readonly herald: Herald
  readonly processes: ForkHost
}

/**
 * What the manager before has left: processes that were taken over, exits that nobody saw, processes of no slot.
 * `bootMs`: how long that took.
 */
export interface Recovered {
  readonly adopted: number
  readonly missedExits: number
  readonly orphans: number
  readonly bootMs: number
}

/**
 * Takes over what a former manager left (SUPERVISION §8): every process and every end finds
 * its instance. What belongs to nobody is told of; it is forgotten only once it is over, and
 * ended only where a declared slot would otherwise run twice.
 */
export async function recover(from: Recovery, clock: Clock, bornAt: number): Promise<Recovered> {
  const { found, estate, roster, herald, processes } = from
  herald.announce({
    type: 'host.up',
    data: { version, pid: process.pid, node: process.version },
  })
  const declared = declaredSlots(roster)
  const strangers = estate.leftovers(declared)
  const orphans = found.filter((each) => each.kind === 'orphan')
  for (const { pid, command } of orphans) tellOrphan(herald, pid, command.split(' '))
  await endDoubles(orphans, declared, processes)
  roster.begin()
  for (const each of strangers) {
    if (each.kind === 'alive') tellOrphan(herald, each.main.pid, each.record.argv)
    else void processes.settle(each.record).catch(() => {})
  }
  const count = (kind: Found['kind']): number => found.filter((each) => each.kind === kind).length
  const left = strangers.filter(({ kind }) => kind === 'alive').length
  const recovered = {
    adopted: count('alive') - left,
    missedExits: count('exited'),
    orphans: orphans.length + left,
    bootMs: clock.now() - bornAt,
  }
  if (found.length > 0) herald.announce({ type: 'host.recovered', data: recovered })
  return recovered
}

function tellOrphan(herald: Herald, pid: number, argv: readonly string[]): void {
  const command = redactArguments(argv).join(' ')
  herald.announce({ type: 'orphan.found', data: { pid, command } })
}

/**
 * A process whose run directory is gone cannot be supervised any more, and its slot is about
 * to be started: two of them would be worse than a restart.
 */
async function endDoubles(
  orphans: readonly Extract<Found, { kind: 'orphan' }>[],
  declared: ReadonlySet<string>,
  processes: ForkHost,
): Promise<void> {
  const doubles = orphans.filter(({ cookie }) => declared.has(slotIn(cookie)))
  const cookies = new Set(doubles.map(({ cookie }) => cookie))
  await Promise.all([...cookies].map((cookie) => processes.sweep(cookie)))
}

/** `<service id>.<seat>` of `<manager id>:<launch id>:<nonce>`. */
function slotIn(cookie: string): string {
  const [, launchId = ''] = cookie.split(':')
  const { serviceId, seat } = parseLaunchId(launchId)
  return `${serviceId}.${seat}`
}

function declaredSlots(roster: Roster): ReadonlySet<string> {
  return new Set(
    roster.services.flatMap(({ id, slots }) =>
      slots.flatMap(({ slot }) => [
        `${id}.${firstSeat(slot)}`,
        `${id}.${otherSeat(firstSeat(slot))}`,
      ]),
    ),
  )
}
