import type { Signal } from './behavior.ts'
import { Envelope, Lane, type Ticket } from './envelope.ts'

/** How a mailbox treats what an actor cannot take at once. */
export interface MailboxOpts<in M> {
  /** How many messages may wait; 4,096 where it is not given. Signals are never counted. */
  readonly capacity?: number
  /** `reject` makes `tell` answer false; the others throw a message away, which is counted. */
  readonly overflow?: 'reject' | 'drop-oldest' | 'drop-newest'
  /** Of the waiting messages with one key only the newest is kept, in the newest's place. */
  readonly coalesce?: (message: M) => string | undefined
}

const defaultCapacity = 4_096

/** What overtakes messages: a signal, or the message that a watch was to bring instead. */
export type Overtaking =
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'message'; readonly message: unknown }

interface Notice {
  readonly notice: Overtaking
  readonly ticket: Ticket
}

/** What waits for one actor: messages, oldest first, and in a lane of its own what overtakes them. */
export class Mailbox {
  readonly #lane = new Lane()
  readonly #opts: MailboxOpts<never> | undefined
  #notices: Notice[] | undefined
  #size = 0
  /** The waiting envelope of each coalescing key. */
  #keyed: Map<string, Envelope> | undefined

  constructor(opts: MailboxOpts<never> | undefined) {
    this.#opts = opts
    this.#notices = undefined
    this.#keyed = undefined
  }

  get isRejecting(): boolean {
    return (this.#opts?.overflow ?? 'reject') === 'reject'
  }

  /** Adds a message; returns the one that had to go for want of room, which may be itself. */
  offer(message: unknown, ticket: Ticket): Envelope | undefined {
    const key = this.#opts?.coalesce ? this.#replaceOlder(message, this.#opts.coalesce) : undefined
    const envelope = new Envelope(message, ticket, key)
    const isFull = this.#size >= (this.#opts?.capacity ?? defaultCapacity)
    if (isFull && this.#opts?.overflow !== 'drop-oldest') return envelope
    const dropped = isFull ? this.shift() : undefined
    this.#push(envelope)
    return dropped
  }

  /** Adds a message that the actor owes itself, such as a timer's: it always finds room. */
  force(message: unknown, ticket: Ticket): void {
    this.#push(new Envelope(message, ticket, undefined))
  }

  /** Puts messages back, in their order, before all that wait. */
  putBack(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes.toReversed()) {
      this.#size++
      this.#lane.unshift(envelope)
    }
  }

  shift(): Envelope | undefined {
    const envelope = this.#lane.shift()
    if (!envelope) return undefined
    this.#size--
    if (envelope.key !== undefined) {
      this.#keyed?.delete(envelope.key)
      envelope.key = undefined
    }
    return envelope
  }

  /** Unbounded: what the kernel has to say is never lost. */
  overtake(notice: Overtaking, ticket: Ticket): void {
    this.#notices ??= []
    this.#notices.push({ notice, ticket })
  }

  shiftOvertaking(): Notice | undefined {
    return this.#notices?.shift()
  }

  forgetOvertaking(): void {
    this.#notices = undefined
  }

  #push(envelope: Envelope): void {
    this.#size++
    if (envelope.key !== undefined) this.#keyed?.set(envelope.key, envelope)
    this.#lane.push(envelope)
  }

  /** Takes out the waiting message with the same key, and returns the key. */
  #replaceOlder(
    message: unknown,
    keyOf: (message: never) => string | undefined,
  ): string | undefined {
    // The spec that carries `coalesce` also typed the ref: only its messages come here.
    const key = keyed(() => keyOf(message as never))
    if (key === undefined) return undefined
    this.#keyed ??= new Map()
    const older = this.#keyed.get(key)
    if (older) {
      this.#lane.remove(older)
      this.#keyed.delete(key)
      this.#size--
      older.ticket.onDropped?.()
    }
    return key
  }
}

/** `tell` never throws: a message whose key cannot be told has none. */
function keyed(keyOf: () => string | undefined): string | undefined {
  try {
    return keyOf()
  } catch {
    return undefined
  }
}
