import type { Millis } from '../../base/clock.ts'
import { nextTime } from '../../declaration/cron.ts'
import type { Times } from '../../declaration/triggers.ts'

/** What is remembered of the last firing. */
export interface LastFiring {
  /** The time that it was due at, ms since 1970. */
  readonly dueAt: number
  /** When it happened, on the monotonic clock. */
  readonly firedAt: Millis
}

/** What both clocks say: the wall, ms since 1970, and the one that nobody sets. */
export interface Now {
  readonly wall: number
  readonly steady: Millis
}

/** A machine that slept, or whose clock was set forward, over a time by no more than this fires once; over more, not at all. */
const latestMs = 3 * 3_600_000

/**
 * The next time to fire, ms since 1970; undefined when there is none.
 *
 * A clock that was set back shows times for a second time. One of them is due again only if at
 * least half of the pattern's interval has really passed since the last firing: a daily restart
 * does not happen twice, and what happens every minute does not pause for an hour.
 */
export function nextDue(times: Times, now: Now, last: LastFiring | undefined): number | undefined {
  const next = (after: number): number | undefined => nextTime(times, new Date(after))?.getTime()
  if (last === undefined || now.wall >= last.dueAt) return next(now.wall)
  const interval = (next(last.dueAt) ?? last.dueAt) - last.dueAt
  const passed = now.steady - last.firedAt
  return next(Math.min(last.dueAt, now.wall + Math.max(0, interval / 2 - passed)))
}

/** What to do at a time that may be the one: sleep on, fire, or let it pass because it was too long ago. */
export function judgeWake(dueAt: number, wall: number): 'sleep' | 'fire' | 'pass' {
  if (wall < dueAt) return 'sleep'
  return wall - dueAt <= latestMs ? 'fire' : 'pass'
}
