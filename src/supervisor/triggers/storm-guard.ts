import type { Millis } from '../../base/clock.ts'
import { showMillis } from '../../base/units.ts'

/** How many restarts by changes of files are a loop and no work of people. */
export interface StormPolicy {
  readonly max: number
  readonly windowMs: Millis
  readonly firstPauseMs: Millis
  /** Each further pause is twice as long, up to this. */
  readonly maxPauseMs: Millis
  /** After so long without a pause the next one is a first one again. */
  readonly forgetMs: Millis
}

/**
 * After ten restarts by changed files within a minute watching pauses: such a service mostly writes into what it
 * watches.
 */
export const stormPolicy: StormPolicy = {
  max: 10,
  windowMs: 60_000,
  firstPauseMs: 30_000,
  maxPauseMs: 600_000,
  forgetMs: 600_000,
}

/** What is remembered of the restarts by changes of files. */
export interface Storm {
  /** Of those within the window, on the monotonic clock. */
  readonly times: readonly Millis[]
  /** Pauses in a row. */
  readonly pauses: number
  readonly pausedUntil: Millis
}

/** Before the first change. */
export const noStorm: Storm = { times: [], pauses: 0, pausedUntil: -Infinity }

/** Whether a change may restart its service now. */
export type Admission =
  | { readonly kind: 'go'; readonly storm: Storm }
  /** `why` only with the pause's beginning: it is said once. */
  | {
      readonly kind: 'pause'
      readonly forMs: Millis
      readonly storm: Storm
      readonly why?: string
    }

/** Decides whether a change may restart a service now; one that may not is kept until the pause is over. */
export function admit(policy: StormPolicy, before: Storm, now: Millis): Admission {
  const { times, pausedUntil } = before
  if (now < pausedUntil) return { kind: 'pause', forMs: pausedUntil - now, storm: before }
  const recent = times.filter((time) => now - time < policy.windowMs)
  const pauses = now - pausedUntil > policy.forgetMs ? 0 : before.pauses
  if (recent.length < policy.max) {
    return { kind: 'go', storm: { times: [...recent, now], pauses, pausedUntil } }
  }
  const forMs = Math.min(policy.maxPauseMs, policy.firstPauseMs * 2 ** pauses)
  const many = `${recent.length} restarts by watch within ${showMillis(policy.windowMs)}`
  return {
    kind: 'pause',
    forMs,
    why: `watch is paused for ${showMillis(forMs)} after ${many}`,
    storm: { times: [], pauses: pauses + 1, pausedUntil: now + forMs },
  }
}
