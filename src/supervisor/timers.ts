import type { Cancel, Clock, Millis } from '../base/clock.ts'
import type { Timer } from './instance-machine.ts'

/** A timer has fired, told to the actor as a message: nothing happens beside its turn. */
export interface TimerMessage {
  readonly kind: 'timer'
  readonly timer: Timer
  /** Which arming of the timer this is: one that was cancelled is not taken, even if it was already on its way. */
  readonly token: object
}

/** The timers of one instance: one of each kind at most, and none fires after it was disarmed. */
export class Timers {
  readonly #clock: Clock
  readonly #hear: (message: TimerMessage) => void
  readonly #armed = new Map<Timer, { readonly token: object; readonly cancel: Cancel }>()

  constructor(clock: Clock, hear: (message: TimerMessage) => void) {
    this.#clock = clock
    this.#hear = hear
  }

  arm(timer: Timer, ms: Millis): void {
    this.disarm(timer)
    const token = {}
    const cancel = this.#clock.after(ms, () => this.#hear({ kind: 'timer', timer, token }))
    this.#armed.set(timer, { token, cancel })
  }

  disarm(timer: Timer): void {
    this.#armed.get(timer)?.cancel()
    this.#armed.delete(timer)
  }

  /** True when the message is of the present arming; it is over then. */
  take({ timer, token }: TimerMessage): boolean {
    if (this.#armed.get(timer)?.token !== token) return false
    return this.#armed.delete(timer)
  }

  clear(): void {
    for (const timer of this.#armed.keys()) this.disarm(timer)
  }
}
