import { messageOf } from '../base/errors.ts'
import type { OutboxEvent } from './outbox-event.ts'
import type { Outbox, Parcel } from './outbox.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import type { Appended } from './wire.ts'

const inFlightAtMost = 64
/** How often an event is tried that the server refuses for what it is. */
const triesAtMost = 3

/** The outbox that is emptied, the log that takes its events, and who hears how that goes. */
export interface PumpOptions {
  readonly outbox: Outbox
  readonly append: (parcel: Parcel) => Promise<Appended>
  /** Sending stopped, and begins again with {@link EventPump.start}. */
  readonly stopped: (why: Refusal) => void
  /** The event was refused for good and is not in the outbox any more. */
  readonly poisoned: (event: OutboxEvent, why: string) => void
  /** The log has everything. */
  readonly drained: () => void
  /** The event stands in the log; not everything that comes with it was allowed. */
  readonly complain: (why: string) => void
}

/**
 * Sends what the outbox holds, up to 64 events at once, in order.
 *
 * Whatever goes wrong stops it: the events in flight behind the failed one would
 * otherwise overtake it. The log refuses those (`behind`), and takes each only once.
 */
export class EventPump {
  readonly #options: PumpOptions
  /** Answers to an earlier run are none of the present one's business. */
  #run = 0
  #isOn = false
  #inFlight = 0
  #suspect = { seq: 0, tries: 0 }

  constructor(options: PumpOptions) {
    this.#options = options
  }

  /** Call after the outbox was told where the log stands. */
  start(): void {
    this.#run += 1
    this.#inFlight = 0
    this.#isOn = true
    this.poke()
  }

  stop(): void {
    this.#isOn = false
    this.#run += 1
    this.#options.outbox.rewind()
  }

  /** There may be something to send. */
  poke(): void {
    while (this.#isOn && this.#inFlight < inFlightAtMost) {
      const parcel = this.#options.outbox.take()
      if (!parcel) return
      this.#inFlight += 1
      void this.#send(parcel, this.#run)
    }
  }

  async #send(parcel: Parcel, run: number): Promise<void> {
    try {
      const appended = await this.#options.append(parcel)
      if (run === this.#run) this.#answered(parcel, appended)
    } catch (error) {
      if (run === this.#run) this.#failed(parcel.event, refusalOf(messageOf(error)))
    }
  }

  #answered({ event }: Parcel, appended: Appended): void {
    if (appended.kind === 'behind') {
      this.#halt({ kind: 'unknown', why: 'the log lacks an earlier event' })
      return
    }
    this.#inFlight -= 1
    this.#options.outbox.ack(event.seq)
    if (appended.kind === 'logged' && appended.complaint !== '') {
      this.#options.complain(appended.complaint)
    }
    if (this.#options.outbox.size === 0) this.#options.drained()
    this.poke()
  }

  #failed(event: OutboxEvent, refusal: Refusal): void {
    if (refusal.kind === 'refused' && this.#isPoison(event)) {
      this.#options.outbox.remove(event.seq)
      this.#options.poisoned(event, refusal.why)
    }
    this.#halt(refusal)
  }

  #isPoison({ seq }: OutboxEvent): boolean {
    const tries = this.#suspect.seq === seq ? this.#suspect.tries + 1 : 1
    this.#suspect = { seq, tries }
    return tries >= triesAtMost
  }

  #halt(why: Refusal): void {
    this.stop()
    this.#options.stopped(why)
  }
}
