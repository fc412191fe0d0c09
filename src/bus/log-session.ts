import type { Cancel, Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import type { BusStatus } from './bus-status.ts'
import { StatusKeeper } from './bus-status.ts'
import { EventPump } from './event-pump.ts'
import { Outbox } from './outbox.ts'
import type { OutboxEvent, Summarise } from './outbox-event.ts'
import { Presence } from './presence.ts'
import { reconnectDelay } from './reconnect-delay.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import type { Beat, Hello, Wire } from './wire.ts'

/** The log on one side, the journal of this host on the other, and who hears when the two do not agree. */
export interface SessionOptions {
  readonly clock: Clock
  readonly random: Random
  readonly wire: Wire
  readonly host: string
  readonly summarise: Summarise
  /** Events after this number from the durable journal. */
  readonly backlog: (afterSeq: number) => readonly OutboxEvent[]
  /** The number of the newest event of the journal. */
  readonly newest: () => number
  /**
   * The log has numbers of ours that the journal no longer knows, as after the loss of its end: go on above
   * `seq`. Of the events that wait, `lost` bear numbers that are taken.
   */
  readonly overtaken: (seq: number, lost: number) => void
  readonly onStatus: (status: BusStatus) => void
  readonly log: (line: string) => void
  /** The connection is of no use. */
  readonly reconnect: (why: string) => void
  /** Joined: time to tell who we are, and, where the log `isUnknown`, every state again. */
  readonly joined: (isUnknown: boolean) => void
  readonly poisoned: (event: OutboxEvent, why: string) => void
}

/**
 * The host's side of the event log: in step with it, or on the way to be.
 *
 * ```
 *   away ──connected──► hello ──► joined: replay, heartbeat
 *    ▲                    ▲ │ refused, or the log is another one
 *    └──── lost ────┘     └─┘ again after a while
 * ```
 */
export class LogSession {
  readonly presence: Presence
  readonly #options: SessionOptions
  readonly #outbox: Outbox
  readonly #pump: EventPump
  readonly #keeper: StatusKeeper
  /** Of the log joined last; undefined before the first. */
  #logEpoch: string | undefined
  /** Answers to an earlier attempt do not count. */
  #round = 0
  #attempt = 0
  #cancelRejoin: Cancel = () => {}
  #onDrained: () => void = () => {}

  constructor(options: SessionOptions) {
    const { clock, summarise, onStatus } = options
    this.#options = options
    this.#outbox = new Outbox(summarise)
    this.#pump = this.#createPump()
    this.presence = this.#createPresence()
    this.#keeper = new StatusKeeper({
      clock,
      onStatus,
      queued: () => this.#outbox.size,
      takeLost: () => this.#outbox.takeLost(),
    })
  }

  get status(): BusStatus {
    return this.#keeper.status
  }

  append(event: OutboxEvent): void {
    this.#outbox.push(event)
    this.#pump.poke()
  }

  /** There is a connection, or what we knew of the log is not true any more. */
  async join(): Promise<void> {
    this.#cancelRejoin()
    this.#pump.stop()
    this.#round += 1
    const round = this.#round
    try {
      const hello = await this.#hello()
      if (round === this.#round) this.#answered(hello)
    } catch (error) {
      if (round === this.#round) this.#unanswered(refusalOf(messageOf(error)))
    }
  }

  /** There is no connection. */
  lost(why: string): void {
    this.stop()
    this.#keeper.down(why, false)
  }

  stop(): void {
    this.#cancelRejoin()
    this.#round += 1
    this.#pump.stop()
    this.presence.stop()
  }

  /** Resolves when the log has everything, or after `ms`; at once when there is no hope. */
  flushed(ms: number): Promise<void> {
    if (this.#outbox.size === 0 || this.status.kind === 'down') return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      this.#onDrained = () => {
        cancel()
        resolve()
      }
    })
  }

  async #hello(): Promise<Hello> {
    const { clock, wire } = this.#options
    const [sentAt, askedAt] = [clock.now(), clock.date().getTime()]
    const hello = await wire.hello()
    this.presence.learnTime(hello.serverMs, askedAt, clock.now() - sentAt)
    return hello
  }

  #answered(hello: Hello): void {
    const refusal = hello.refusal === '' ? undefined : refusalOf(hello.refusal)
    // A namesake must not look alive: the name is somebody else's.
    if (refusal?.kind !== 'namesake') this.presence.start()
    if (refusal !== undefined) return this.#refused(refusal)
    const isUnknown = this.#align(hello)
    this.#attempt = 0
    this.#pump.start()
    this.#keeper.up()
    this.#options.joined(this.#outbox.takeLostState() || isUnknown)
  }

  #unanswered(refusal: Refusal): void {
    if (refusal.kind === 'unknown') this.#options.reconnect(`no answer to hello: ${refusal.why}`)
    else this.#refused(refusal)
  }

  /** Sets the outbox to where the log stands; says whether that log does not know us. */
  #align({ epoch, lastSeq }: Hello): boolean {
    const { log, host } = this.#options
    const before = this.#logEpoch
    this.#logEpoch = epoch
    const isOther = before !== undefined && before !== epoch
    if (isOther) log(`Redis lost its data or is another one: log ${before} became ${epoch}`)
    if (isOther || (before === undefined && lastSeq === undefined)) {
      this.#outbox.startAfter(lastSeq ?? 0)
      return true
    }
    if (lastSeq === undefined && this.#outbox.acknowledged > 0) {
      log(`another manager writes to this fleet as "${host}": give one of them another host name`)
    }
    this.#resume(lastSeq ?? 0)
    return false
  }

  #resume(lastSeq: number): void {
    const { backlog, newest, overtaken } = this.#options
    const waiting = this.#outbox.size
    const isOvertaken = lastSeq > newest()
    this.#outbox.resumeAfter(lastSeq, backlog)
    if (isOvertaken) overtaken(lastSeq, waiting - this.#outbox.size)
  }

  #refused(refusal: Refusal): void {
    if (refusal.kind === 'replica') {
      this.#options.reconnect(refusal.why)
      return
    }
    const isNamesake = refusal.kind === 'namesake'
    if (isNamesake) {
      this.presence.stop()
      this.#pump.stop()
    }
    this.#keeper.down(refusal.why, !isNamesake)
    this.#joinLater()
  }

  #joinLater(): void {
    const { clock, random } = this.#options
    this.#cancelRejoin()
    this.#cancelRejoin = clock.after(reconnectDelay(this.#attempt, random), () => void this.join())
    this.#attempt += 1
  }

  #beaten({ refusal, epoch }: Beat): void {
    if (refusal !== '') this.#refused(refusalOf(refusal))
    else if (this.#logEpoch !== undefined && epoch !== this.#logEpoch) void this.join()
  }

  #createPump(): EventPump {
    const { wire, log, poisoned } = this.#options
    return new EventPump({
      outbox: this.#outbox,
      append: (parcel) => wire.append(parcel),
      stopped: (refusal) => this.#refused(refusal),
      poisoned,
      drained: () => {
        this.#keeper.overrun()
        this.#onDrained()
      },
      complain: (why) => log(`an event stands in the log, and Redis refused the rest: ${why}`),
    })
  }

  #createPresence(): Presence {
    const { clock, random, wire, reconnect } = this.#options
    return new Presence({
      clock,
      random,
      lost: reconnect,
      beat: (ttlMs, probe) => wire.beat(ttlMs, probe),
      beaten: (beat) => this.#beaten(beat),
      refused: (refusal) => this.#refused(refusal),
    })
  }
}
