import type { Cancel, Clock, Millis } from '../base/clock.ts'
import type { Timers } from './behavior.ts'
import type { Ticket } from './envelope.ts'

type Deliver = (message: unknown, ticket: Ticket) => void

/** One arming of one key. It is the ticket of its message, so a cancelled one cannot arrive. */
class Timer implements Ticket {
  readonly lostAs = undefined
  readonly #onAdmitted: (timer: Timer) => void
  isOn = true
  isDue = false
  cancel: Cancel = () => {}

  constructor(onAdmitted: (timer: Timer) => void) {
    this.#onAdmitted = onAdmitted
  }

  admit(): boolean {
    if (!this.isOn) return false
    this.isDue = false
    this.#onAdmitted(this)
    return true
  }

  stop(): void {
    this.isOn = false
    this.cancel()
  }
}

/** The timers of one incarnation. */
export class ActorTimers implements Timers<unknown> {
  readonly #clock: Clock
  readonly #deliver: Deliver
  readonly #armed = new Map<string, Timer>()
  #isOpen = true

  constructor(clock: Clock, deliver: Deliver) {
    this.#clock = clock
    this.#deliver = deliver
  }

  start(key: string, message: unknown, ms: Millis): void {
    const timer = this.#replace(key, () => this.#armed.delete(key))
    timer.cancel = this.#clock.after(ms, () => this.#fire(timer, message))
  }

  every(key: string, message: unknown, ms: Millis): void {
    const timer = this.#replace(key, () => {})
    const arm = (): void => {
      timer.cancel = this.#clock.after(ms, () => {
        this.#fire(timer, message)
        arm()
      })
    }
    if (timer.isOn) arm()
  }

  cancel(key: string): void {
    this.#armed.get(key)?.stop()
    this.#armed.delete(key)
  }

  /** Stops all timers, and those that would still be started. */
  close(): void {
    this.#isOpen = false
    for (const timer of this.#armed.values()) timer.stop()
    this.#armed.clear()
  }

  #fire(timer: Timer, message: unknown): void {
    if (timer.isDue) return
    timer.isDue = true
    this.#deliver(message, timer)
  }

  #replace(key: string, onAdmitted: () => void): Timer {
    this.cancel(key)
    const timer = new Timer(onAdmitted)
    timer.isOn = this.#isOpen
    if (this.#isOpen) this.#armed.set(key, timer)
    return timer
  }
}
