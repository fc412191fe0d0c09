import type { Cancel, Clock, Millis } from '../base/clock.ts'

/** How fast a host starts processes, so that many at once do not take it down. */
export interface SpawnLimits {
  /** How many launches may be between intent and process at once. */
  readonly concurrent: number
  /** Automatic starts (crashes, boot) beside that: a token bucket, so that a dead database starts no stampede. */
  readonly perSecond: number
  readonly burst: number
}

interface Waiter {
  readonly isAutomatic: boolean
  readonly open: () => void
}

/**
 * Lets launches through: commanded ones by concurrency alone, automatic ones by a
 * host-wide token bucket as well (SUPERVISION §5.7).
 */
export class SpawnGate {
  readonly #limits: SpawnLimits
  readonly #clock: Clock
  readonly #waiting = new Set<Waiter>()
  #isOpen = false
  #inside = 0
  #tokens: number
  #filledAt: Millis
  #wake: Cancel | undefined

  constructor(limits: SpawnLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
    this.#tokens = limits.burst
    this.#filledAt = clock.now()
  }

  /** Until this is called nobody gets in: a manager adopts everything before it spawns anything. */
  open(): void {
    this.#isOpen = true
    this.#admit()
  }

  /** Calls `open` once a launch may begin; the returned function gives the place back, or up. */
  ask(isAutomatic: boolean, open: () => void): Cancel {
    let isInside = false
    const waiter: Waiter = {
      isAutomatic,
      open: () => {
        isInside = true
        open()
      },
    }
    this.#waiting.add(waiter)
    this.#admit()
    return () => {
      this.#waiting.delete(waiter)
      if (!isInside) return
      isInside = false
      this.#inside -= 1
      this.#admit()
    }
  }

  close(): void {
    this.#waiting.clear()
    this.#wake?.()
  }

  #admit(): void {
    if (!this.#isOpen) return
    this.#fill()
    for (const waiter of this.#waiting) {
      if (this.#inside >= this.#limits.concurrent) return
      if (waiter.isAutomatic && this.#tokens < 1) continue
      if (waiter.isAutomatic) this.#tokens -= 1
      this.#inside += 1
      this.#waiting.delete(waiter)
      waiter.open()
    }
    this.#sleepUntilNextToken()
  }

  #fill(): void {
    const now = this.#clock.now()
    const { perSecond, burst } = this.#limits
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1_000) * perSecond)
    this.#filledAt = now
  }

  #sleepUntilNextToken(): void {
    this.#wake?.()
    this.#wake = undefined
    if (this.#waiting.size === 0 || this.#tokens >= 1) return
    const ms = Math.ceil(((1 - this.#tokens) / this.#limits.perSecond) * 1_000)
    this.#wake = this.#clock.after(ms, () => {
      this.#wake = undefined
      this.#admit()
    })
  }
}
