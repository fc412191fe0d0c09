import type { Cancel, Clock, Millis } from '../../base/clock.ts'
import type { Times } from '../../declaration/triggers.ts'
import { judgeWake, type LastFiring, nextDue, type Now } from './cron-wake.ts'

interface TimerOptions {
  readonly clock: Clock
  readonly times: Times
  /** `dueAt` in ms since 1970. */
  readonly fire: (dueAt: number) => void
  /** A time was slept through. */
  readonly pass: (dueAt: number) => void
}

/** Nobody tells a program that the clock was set or the machine slept: it looks again after this. */
const longestNapMs: Millis = 60_000

/** Fires at the times of a pattern: never when it is made, and once for each time whatever happens to the clock. */
export class CronTimer {
  readonly #options: TimerOptions
  #last: LastFiring | undefined
  #cancel: Cancel | undefined
  #dueAt: number | undefined
  /** Between the clocks when `#dueAt` was reckoned. */
  #skew = 0

  constructor(options: TimerOptions) {
    this.#options = options
  }

  /** The next time, ms since 1970; undefined when there is none. */
  get dueAt(): number | undefined {
    return this.#dueAt
  }

  start(): void {
    const now = this.#now()
    this.#skew = skewOf(now)
    this.#dueAt = nextDue(this.#options.times, now, this.#last)
    this.#nap()
  }

  stop(): void {
    this.#cancel?.()
    this.#dueAt = undefined
  }

  #nap(): void {
    if (this.#dueAt === undefined) return
    const left = Math.max(1, this.#dueAt - this.#now().wall)
    this.#cancel = this.#options.clock.after(Math.min(left, longestNapMs), () => this.#wake())
  }

  #wake(): void {
    const dueAt = this.#dueAt
    if (dueAt === undefined) return
    const now = this.#now()
    const verdict = judgeWake(dueAt, now.wall)
    if (verdict === 'sleep') {
      // A clock that was set back may have brought a nearer time.
      const isSet = Math.abs(skewOf(now) - this.#skew) > 1_000
      return isSet ? this.start() : this.#nap()
    }
    this.#last = { dueAt, firedAt: now.steady }
    this.start()
    this.#options[verdict](dueAt)
  }

  #now(): Now {
    const { clock } = this.#options
    return { wall: clock.date().getTime(), steady: clock.now() }
  }
}

function skewOf({ wall, steady }: Now): number {
  return wall - steady
}
