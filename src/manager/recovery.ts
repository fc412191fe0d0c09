import type { Clock } from '../base/clock.ts'
import type { Found } from '../process/host.ts'
import type { ForkHost } from '../process/fork-host.ts'
import { redactArguments } from '../protocol/redact.ts'
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

export interface Recovered {
  readonly adopted: number
  readonly missedExits: number
  readonly orphans: number
  readonly bootMs: number
}

/**
 * Takes over what a former manager left (SUPERVISION §8): every process and every end finds
 * its instance; what belongs to nobody is told of, and only forgotten once it is over.
 */
export function recover(from: Recovery, clock: Clock, bornAt: number): Recovered {
  const { found, estate, roster, herald, processes } = from
  herald.announce({
    type: 'host.up',
    data: { version, pid: process.pid, node: process.version },
  })
  const strangers = estate.leftovers(declaredSlots(roster))
  roster.begin()
  const count = (kind: Found['kind']): number => found.filter((each) => each.kind === kind).length
  const orphans = found.filter((each) => each.kind === 'orphan')
  for (const { pid, command } of orphans) {
    herald.announce({ type: 'orphan.found', data: { pid, command } })
  }
  for (const each of strangers) {
    if (each.kind === 'orphan') continue
    if (each.kind === 'alive') {
      const command = redactArguments(each.record.argv).join(' ')
      herald.announce({ type: 'orphan.found', data: { pid: each.main.pid, command } })
    } else void processes.settle(each.record).catch(() => {})
  }
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

function declaredSlots(roster: Roster): ReadonlySet<string> {
  return new Set(
    roster.services.flatMap(({ id, slots }) => slots.map(({ slot }) => `${id}.${slot}`)),
  )
}
