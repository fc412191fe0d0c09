import type { LifecycleEvent } from './envelope.ts'
import type { Bookmark } from './operations.ts'

/** What to do with a live event: it is the next one, it is known already, or only the log can tell. */
export type WatchStep = 'apply' | 'drop' | 'catch-up'

export function judge(cursor: Bookmark, event: LifecycleEvent): WatchStep {
  const sequence = sequenceOf(event)
  if (sequence === cursor.sequence + 1) return 'apply'
  if (!(sequence <= cursor.sequence)) return 'catch-up'
  // A number that was used already, at a later position: the log has begun to count anew.
  return isLater(event.logid ?? '', cursor.lastId) ? 'catch-up' : 'drop'
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

/** Stream ids are two integers, and as text `9-0` would come after `10-0`. */
function isLater(id: string, than: string): boolean {
  const [time = 0, count = 0] = id.split('-').map(Number)
  const [thanTime = 0, thanCount = 0] = than.split('-').map(Number)
  return time > thanTime || (time === thanTime && count > thanCount)
}
