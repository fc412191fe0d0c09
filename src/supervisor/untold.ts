import type { Found } from '../process/host.ts'
import type { EventDraft } from '../protocol/events.ts'
import { entryOf, type ServiceLedger } from './ledger.ts'
import type { SeatedSlot } from './seat.ts'

/**
 * An end that stands in the ledger but was never told, because the manager died between the
 * two: its run directory is still there, and the journal does not know it.
 */
export function untoldExit(
  found: Found | undefined,
  { spec, slot, seat }: SeatedSlot,
  ledger: ServiceLedger,
  isTold: (service: string, slot: number, incarnation: number) => boolean,
): EventDraft | undefined {
  const { lastExited: incarnation } = entryOf(ledger, seat)
  const isOurs = found?.kind === 'exited' && found.record.launchId.endsWith(`.${incarnation}`)
  if (!isOurs || isTold(spec.name, slot, incarnation)) return undefined
  const record = ledger.exits.findLast((exit) => exit.slot === slot)
  if (record === undefined) return undefined
  const { at, slot: _, ...exit } = record
  const data = { ...exit, exitedAt: at, planned: exit.class === 'commanded' }
  return { type: 'instance.exited', service: spec.name, slot, incarnation, data }
}
