import { type Entry, entryOf, type OutboxEvent, type Summarise } from './outbox-event.ts'
import { fold } from './outbox-fold.ts'

/** What may wait while Redis is away; `bytes` counts the bodies in UTF-8. */
export interface OutboxLimits {
  readonly events: number
  readonly bytes: number
  /** How many acknowledged events are kept, for a server that forgets its newest. */
  readonly acknowledged: number
}

/** 10,000 events or 16 MiB, whatever is reached first; beyond that older events of a service are folded into one. */
export const outboxLimits: OutboxLimits = {
  events: 10_000,
  bytes: 16 * 1024 ** 2,
  acknowledged: 256,
}

/** One event to send, and the number of the one sent before it: how the server notices a hole. */
export interface Parcel {
  readonly event: OutboxEvent
  readonly previous: number
}

/**
 * The events that the log has not confirmed, in order, within bounds.
 *
 * ```
 *   acknowledged ring │ on their way │ waiting
 *                      └── rewind ◄──┘
 * ```
 * When it is full, what waits is folded to one summary per service. What is on its way
 * is left alone, because it may stand in the log already.
 */
export class Outbox {
  readonly #limits: OutboxLimits
  readonly #summarise: Summarise
  #entries: Entry[] = []
  #ring: Entry[] = []
  #onTheirWay = 0
  #bytes = 0
  #acked = 0
  #lost = 0
  #hasLostState = false

  constructor(summarise: Summarise, limits: OutboxLimits = outboxLimits) {
    this.#summarise = summarise
    this.#limits = limits
  }

  get size(): number {
    return this.#entries.length
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The last event the present log confirmed; 0 for none. */
  get acknowledged(): number {
    return this.#acked
  }

  /** Everything that is kept, oldest first. */
  get events(): readonly OutboxEvent[] {
    return this.#entries.map(({ event }) => event)
  }

  push(event: OutboxEvent): void {
    const entry = entryOf(event)
    this.#entries.push(entry)
    this.#bytes += entry.bytes
    if (this.#isFull) this.#makeRoom()
  }

  /** The next event to send; undefined when all are on their way. */
  take(): Parcel | undefined {
    const entry = this.#entries[this.#onTheirWay]
    if (!entry) return undefined
    const previous = this.#entries[this.#onTheirWay - 1]?.event.seq ?? this.#acked
    this.#onTheirWay += 1
    return { event: entry.event, previous }
  }

  /** The log has everything up to `seq`. */
  ack(seq: number): void {
    if (seq > this.#acked) this.#acked = seq
    const later = this.#entries.findIndex(({ event }) => event.seq > seq)
    const done = this.#entries.splice(0, later === -1 ? this.#entries.length : later)
    this.#onTheirWay = Math.max(0, this.#onTheirWay - done.length)
    this.#bytes -= sizeOf(done)
    this.#ring.push(...done)
    this.#ring.splice(0, this.#ring.length - this.#limits.acknowledged)
  }

  /** Gives up an event that the server will never take. */
  remove(seq: number): void {
    const at = this.#entries.findIndex(({ event }) => event.seq === seq)
    if (at === -1) return
    this.#bytes -= sizeOf(this.#entries.splice(at, 1))
    if (at < this.#onTheirWay) this.#onTheirWay -= 1
    this.#lost += 1
  }

  /** Nothing is on its way any more: all that is not acknowledged waits again. */
  rewind(): void {
    this.#onTheirWay = 0
  }

  /** Starts anew against a log that has this producer's events up to `seq`, without sending again what it once had. */
  startAfter(seq: number): void {
    this.rewind()
    this.#ring = []
    this.ack(seq)
    this.#acked = seq
  }

  /**
   * Starts anew against a log that has events up to `seq`, and sends again what it had confirmed and then forgot.
   * `backlog` knows events that are older than the ring; it is not asked about a log that has none of ours,
   * because that one may have been emptied on purpose.
   */
  resumeAfter(seq: number, backlog: (afterSeq: number) => readonly OutboxEvent[]): void {
    const held = [...this.#ring, ...this.#entries].filter(({ event }) => event.seq > seq)
    const oldest = held[0]?.event.seq ?? Number.POSITIVE_INFINITY
    const isComplete = seq === 0 || oldest === seq + 1
    const older = isComplete ? [] : backlog(seq).filter((event) => event.seq < oldest)
    const ring = this.#ring.filter(({ event }) => event.seq <= seq)
    this.startAfter(seq)
    this.#ring = ring
    this.#entries = [...older.map((event) => entryOf(event)), ...held]
    this.#bytes = sizeOf(this.#entries)
    if (this.#isFull) this.#makeRoom()
  }

  /** How many events will never be told, since this was last asked. */
  takeLost(): number {
    const lost = this.#lost
    this.#lost = 0
    return lost
  }

  /** Whether even a latest state had to go, since this was last asked: then all states must be told again. */
  takeLostState(): boolean {
    const has = this.#hasLostState
    this.#hasLostState = false
    return has
  }

  get #isFull(): boolean {
    return this.#entries.length > this.#limits.events || this.#bytes > this.#limits.bytes
  }

  /** Folds the older three quarters; everything, if that is not enough; and then drops the oldest. */
  #makeRoom(): void {
    const waiting = this.#entries.length - this.#onTheirWay
    this.#fold(this.#entries.length - Math.floor(waiting / 4))
    if (this.#isFull) this.#fold(this.#entries.length)
    while (this.#isFull) this.#drop()
  }

  #fold(until: number): void {
    const { entries, lost } = fold(this.#entries.slice(this.#onTheirWay, until), this.#summarise)
    this.#lost += lost
    this.#entries.splice(this.#onTheirWay, until - this.#onTheirWay, ...entries)
    this.#bytes = sizeOf(this.#entries)
  }

  #drop(): void {
    const at = this.#onTheirWay < this.#entries.length ? this.#onTheirWay : 0
    const [dropped] = this.#entries.splice(at, 1)
    if (!dropped) return
    if (at < this.#onTheirWay) this.#onTheirWay -= 1
    this.#bytes -= dropped.bytes
    if (dropped.folded === 0) this.#lost += 1
    this.#hasLostState ||= dropped.event.state !== undefined
  }
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0)
}
