import type { LifecycleEvent } from './envelope.ts'
import type { Bookmark } from './answers.ts'
import { compareStreamIds } from './stream-id.ts'

/** What to do with a live event: it is the next one, it is known already, or only the log can tell. */
export type WatchStep = 'apply' | 'drop' | 'catch-up'

/**
 * By number and position alone, so that it holds for an event that was sent twice, late or by a log that has begun
 * anew.
 */
export function judge(cursor: Bookmark, event: LifecycleEvent): WatchStep {
  // Nobody knows yet which log this is: the log itself says so.
  if (isBeforeAny(cursor)) return 'catch-up'
  const sequence = sequenceOf(event)
  const isLater = compareStreamIds(event.logid ?? '', cursor.lastId) > 0
  // The next number at an earlier position was given by a log that has begun anew since.
  if (sequence === cursor.sequence + 1) return isLater ? 'apply' : 'catch-up'
  if (!(sequence <= cursor.sequence)) return 'catch-up'
  // A number that was used already, at a later position: the log has begun to count anew.
  return isLater ? 'catch-up' : 'drop'
}

/** The cursor once `event` has been seen. */
export function after(cursor: Bookmark, event: LifecycleEvent): Bookmark {
  return {
    epoch: cursor.epoch,
    sequence: sequenceOf(event),
    lastId: event.logid ?? cursor.lastId,
  }
}

/** NaN for an event that stands in no log. */
export function sequenceOf({ sequence }: LifecycleEvent): number {
  return sequence === undefined ? Number.NaN : Number(sequence)
}

/** Where a log ends that has not begun: nothing of the one that begins later can be missed. */
export function isBeforeAny({ epoch, sequence }: Bookmark): boolean {
  return epoch === '' && sequence === 0
}
