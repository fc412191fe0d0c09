import { lastTime, nextTime, showTimes } from '../../declaration/cron.ts'
import type { Schedule, Times } from '../../declaration/triggers.ts'

/** What a job does when one of its times comes. */
export type Firing =
  | { readonly kind: 'run'; readonly why: string }
  /** The run that goes on is ended, and a new one begins. */
  | { readonly kind: 'replace'; readonly why: string }
  /** It runs once the run that goes on has ended; several that wait are one. */
  | { readonly kind: 'queue'; readonly why: string }
  | { readonly kind: 'skip'; readonly why: string }

/** What to do when a job's time has come: `overlap` counts only while the run before goes on. */
export function judgeFiring(schedule: Schedule, isRunning: boolean): Firing {
  const why = `schedule ${showTimes(schedule)}`
  if (!isRunning) return { kind: 'run', why }
  switch (schedule.overlap) {
    case 'skip':
      return { kind: 'skip', why: `${why}: the run before still goes on` }
    case 'queue':
      return { kind: 'queue', why: `${why}, after the run before had ended` }
    case 'replace':
      return { kind: 'replace', why: `${why}, in the place of the run before` }
  }
}

/** What a job does about the times that passed while no manager ran. */
export type Missed =
  | { readonly kind: 'none' }
  | { readonly kind: 'run'; readonly dueAt: number; readonly why: string }
  | { readonly kind: 'skip'; readonly dueAt: number; readonly why: string }

/** More than this many missed times are not counted one by one. */
const counted = 100

/**
 * Judges the time since the last firing that was dealt with.
 *
 * However many times passed, a job that makes up for them runs once: `dueAt` is the latest.
 */
export function judgeMissed(schedule: Schedule, lastDueAt: number, now: number): Missed {
  const missed = timesWithin(schedule, lastDueAt, now)
  const latest = missed.at(-1)
  if (latest === undefined) return { kind: 'none' }
  const areMore = missed.length >= counted
  const dueAt = areMore ? (lastTime(schedule, new Date(now))?.getTime() ?? latest) : latest
  const many = areMore ? `${counted} or more times` : timesOf(missed.length)
  const why = `schedule ${showTimes(schedule)}: ${many} passed while no manager ran`
  return schedule.missed === 'run_once'
    ? { kind: 'run', dueAt, why }
    : { kind: 'skip', dueAt, why: `${why}, and missed is "skip"` }
}

/** The times after `from` and not after `until`, the first hundred. */
function timesWithin(times: Times, from: number, until: number): readonly number[] {
  const found: number[] = []
  let next = nextTime(times, new Date(from))?.getTime()
  while (next !== undefined && next <= until && found.length < counted) {
    found.push(next)
    next = nextTime(times, new Date(next))?.getTime()
  }
  return found
}

function timesOf(count: number): string {
  return count === 1 ? 'one time' : `${count} times`
}
