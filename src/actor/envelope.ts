import type { LossReason } from './dead-letters.ts'

/** What must still hold when a message is taken from the mailbox. */
export interface Ticket {
  /** Called once, when the message's turn has come: whether it may still be delivered. */
  admit(): boolean
  /** What a refused message counts as; undefined where nobody misses it. */
  readonly lostAs: LossReason | undefined
  /** Told when the message was thrown out of the mailbox before its turn. */
  onDropped?(): void
}

/** For messages that are welcome whenever they arrive. */
export const always: Ticket = { admit: () => true, lostAs: undefined }

/** A message on its way, and a link of the {@link Lane} it waits in: it can be taken out from the middle at once. */
export class Envelope {
  readonly message: unknown
  readonly ticket: Ticket
  /** The coalescing key, while this waits in a mailbox that has one for it. */
  key: string | undefined
  next: Envelope | undefined
  previous: Envelope | undefined

  constructor(message: unknown, ticket: Ticket, key: string | undefined) {
    this.message = message
    this.ticket = ticket
    this.key = key
    this.next = undefined
    this.previous = undefined
  }
}

/** A first-in first-out chain of envelopes: nothing is allocated while it is empty. */
export class Lane {
  #head: Envelope | undefined
  #tail: Envelope | undefined

  push(envelope: Envelope): void {
    envelope.previous = this.#tail
    if (this.#tail) this.#tail.next = envelope
    else this.#head = envelope
    this.#tail = envelope
  }

  /** Puts an envelope before all others. */
  unshift(envelope: Envelope): void {
    envelope.next = this.#head
    if (this.#head) this.#head.previous = envelope
    else this.#tail = envelope
    this.#head = envelope
  }

  shift(): Envelope | undefined {
    const first = this.#head
    if (!first) return undefined
    this.#head = first.next
    if (this.#head) this.#head.previous = undefined
    else this.#tail = undefined
    first.next = undefined
    return first
  }

  /** Takes out an envelope that is in this lane. */
  remove({ previous, next }: Envelope): void {
    if (previous) previous.next = next
    else this.#head = next
    if (next) next.previous = previous
    else this.#tail = previous
  }
}
