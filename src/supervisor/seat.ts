import type { Slot } from './launch-order.ts'

/**
 * A place for one process of a slot. Each slot has two, of which one is its own at a time: in the other a
 * successor can start beside the process that it is to replace.
 */
export type Seat = string

/** How a seat stands to its slot. Only the `current` one is seen and commanded. */
export type Role = 'current' | 'successor' | 'retired'

/** A slot with the seat that an instance has. */
export interface SeatedSlot extends Slot {
  readonly seat: Seat
  readonly role: Role
  /** Of a successor: it is ready once it listens, as the process before it did. */
  readonly isListenerAwaited: boolean
  /** Of a successor: it gets its share of the work already, although it has yet to prove itself. */
  readonly isTrusted?: true
}

/** The seat that a slot has until it is reloaded for the first time. */
export function firstSeat(slot: number): Seat {
  return String(slot)
}

/** Each slot has two seats, `3` and `3+`: while it is reloaded the old and the new process have one each. */
export function otherSeat(seat: Seat): Seat {
  return seat.endsWith('+') ? seat.slice(0, -1) : `${seat}+`
}
