import type { InstanceState, InstanceView } from '../protocol/views.ts'
import type { Event } from './instance-machine.ts'
import {
  entryOf,
  lastLaunchOf,
  type LedgerStore,
  type SlotLedger,
  withEntry,
  withExit,
} from './ledger.ts'
import { slotLedgerOf, type Standing, viewOf } from './remembered.ts'
import type { SeatedSlot } from './seat.ts'

/** States in which a launch is under way. */
export const launching: readonly InstanceState[] = ['waiting', 'preparing', 'spawning']
/** A later manager would find out by itself how far these came. */
const passing: readonly InstanceState[] = [...launching, 'adopting']

/** What stands in the ledger about one slot. */
export class SlotRecord {
  readonly #ledger: LedgerStore

  constructor(ledger: LedgerStore) {
    this.#ledger = ledger
  }

  /** Writes how the slot stands after an event, where that is worth a write. */
  note({ serviceId, slot, seat }: SeatedSlot, standing: Standing, event: Event): void {
    const { launch, state, memory, times } = standing
    const known = this.#ledger.load(serviceId)
    const before = entryOf(known, seat)
    const isExit = event.kind === 'exited'
    const lastExited = isExit ? launch : before.lastExited
    const entry = { ...slotLedgerOf(launch, state, memory, times), lastExited }
    const isPassing = passing.includes(state) && launch === before.incarnation
    if (!isExit && isPassing && isSameIntent(before, entry)) return
    const next = withEntry(known, seat, entry)
    if (isExit) {
      const { kind: _, survivors: __, readyForMs: ___, exitedAt, note: ____, ...exit } = event
      return this.#ledger.save(serviceId, withExit(next, { ...exit, at: exitedAt, slot }))
    }
    if (JSON.stringify(entry) !== JSON.stringify(before)) this.#ledger.save(serviceId, next)
  }

  /** The number of the next launch of a slot: another copy of it may have launched since. */
  nextLaunch({ serviceId, slot }: SeatedSlot, launch: number): number {
    return Math.max(launch, lastLaunchOf(this.#ledger.load(serviceId), slot)) + 1
  }

  /** Writes that a launch begins, before anything of it exists: its number is never used twice. */
  begin({ serviceId, seat }: SeatedSlot, { launch, state, memory, times }: Standing): void {
    const known = this.#ledger.load(serviceId)
    const { lastExited } = entryOf(known, seat)
    const entry = { ...slotLedgerOf(launch, state, memory, times), lastExited }
    this.#ledger.save(serviceId, withEntry(known, seat, entry))
  }

  view(slot: SeatedSlot, standing: Standing): InstanceView {
    return viewOf(slot, standing, this.#ledger.load(slot.serviceId))
  }
}

/** Whether a later manager would go on from both in the same way: nobody has asked for anything in between. */
function isSameIntent(before: SlotLedger, after: SlotLedger): boolean {
  const isHeldAlike = before.isDone === after.isDone && isErrored(before) === isErrored(after)
  return isHeldAlike && before.isAgain === after.isAgain && before.givenUp === after.givenUp
}

function isErrored({ state }: SlotLedger): boolean {
  return state === 'errored'
}
