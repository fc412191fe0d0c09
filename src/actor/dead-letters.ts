import type { Clock, Millis } from '../base/clock.ts'
import { preview } from './preview.ts'
import type { ActorPath } from './ref.ts'

/**
 * Why a message reached nobody.
 *
 * - `terminated`: the actor has ended for good; `stale`: this incarnation of it has.
 * - `mailbox-full`: rejected; `dropped`: thrown away for a newer one, or for want of room.
 * - `stash-full`: there was no room to put it aside.
 * - `unhandled`: the actor did not know what to do with it.
 * - `expired`: who asked had given up; `late-reply`: the answer came after that.
 */
export type LossReason =
  | 'terminated'
  | 'stale'
  | 'mailbox-full'
  | 'dropped'
  | 'stash-full'
  | 'unhandled'
  | 'expired'
  | 'late-reply'

/** One lost message out of `count`. */
export interface DeadLetter {
  readonly kind: 'dead-letter'
  readonly path: ActorPath
  readonly reason: LossReason
  readonly message: string
  /** How many were lost for this reason so far, this one included. */
  readonly count: number
}

const sampleEveryMs = 1_000

/** Counts every lost message; shows at most one a second of each reason. */
export class DeadLetters {
  readonly #clock: Clock
  readonly #show: ((letter: DeadLetter) => void) | undefined
  readonly #counts: Record<LossReason, number> = {
    terminated: 0,
    stale: 0,
    'mailbox-full': 0,
    dropped: 0,
    'stash-full': 0,
    unhandled: 0,
    expired: 0,
    'late-reply': 0,
  }
  readonly #shownAt = new Map<LossReason, Millis>()

  constructor(clock: Clock, show: ((letter: DeadLetter) => void) | undefined) {
    this.#clock = clock
    this.#show = show
  }

  get counts(): Readonly<Record<LossReason, number>> {
    return { ...this.#counts }
  }

  add(reason: LossReason, path: ActorPath, message: unknown): void {
    const count = ++this.#counts[reason]
    if (!this.#show) return
    const now = this.#clock.now()
    if (now - (this.#shownAt.get(reason) ?? -Infinity) < sampleEveryMs) return
    this.#shownAt.set(reason, now)
    this.#show({ kind: 'dead-letter', path, reason, message: preview(message), count })
  }
}
