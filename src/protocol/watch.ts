import type { Cancel } from '../base/clock.ts'
import type { LifecycleEvent } from './envelope.ts'
import type { Bookmark } from './answers.ts'
import { Inbox } from './watch-inbox.ts'
import { after, isBeforeAny, judge, sequenceOf } from './watch-step.ts'

/** A log of events, numbered without a gap within one epoch. */
export interface EventLog<S = unknown> {
  /** Where the log ends now. */
  bookmark(): Promise<Bookmark>
  /** The oldest events after a position, at most `count`, oldest first; none only at the end. */
  range(after: string, count: number): Promise<readonly LifecycleEvent[]>
  /** What is so now, for watchers that missed how it came about. */
  states?(): Promise<readonly S[]>
}

/** The channel on which every event of the log is announced, once it stands in the log. */
export interface LiveEvents {
  /** Resolves once events announced from now on will be heard. */
  subscribe(hear: (event: LifecycleEvent) => void): Promise<Cancel>
}

/** Why a watcher cannot be told everything that happened. */
export type ResyncReason =
  /** The log was begun anew: its data was lost, or it is another log. */
  | 'epoch'
  /** The log has forgotten events that the watcher has not seen. */
  | 'trimmed'
  /** The log ends before what the watcher has seen: a failover lost its tail. */
  | 'behind'

/** What a watcher is told. `bookmark` is where to watch on from, after this item. */
export type WatchItem<S = unknown> =
  | { readonly kind: 'event'; readonly event: LifecycleEvent; readonly bookmark: Bookmark }
  | {
      readonly kind: 'resync'
      readonly why: ResyncReason
      /** What is so at or after `bookmark`, where the log can tell. */
      readonly states?: readonly S[]
      readonly bookmark: Bookmark
    }

/** Where a watch begins, what ends it, and how much it holds for a slow reader. */
export interface WatchOptions {
  /** Where to begin; by default where the log ends now. */
  readonly from?: Bookmark
  /** Ends the watch, quietly. */
  readonly signal?: AbortSignal
  /** Calls `wake` with every heartbeat, so that the watcher of a quiet log notices loss as well. */
  readonly nudge?: (wake: () => void) => Cancel
  /** How many live events may wait while the reader is busy; more are read from the log again. */
  readonly maxHeld?: number
}

const pageSize = 1_000

/**
 * Every event of a log after a bookmark, in order and once, as they come (PROTOCOL §3).
 *
 * Live events are only the wake-up, the log is the truth: whatever is missed, repeated or
 * out of order on the way is mended from the log at once. What the log itself no longer
 * knows is said with a `resync` item, never skipped silently. An error of the log ends the
 * watch with that error; begin again with the last item's bookmark.
 */
export function watch<S>(
  log: EventLog<S>,
  live: LiveEvents,
  options: WatchOptions = {},
): AsyncGenerator<WatchItem<S>, void, undefined> {
  // Read before subscribing, and before whatever the caller does next: an event that is logged
  // between a subscription and a bookmark read after it would be lost for good.
  const from = options.from === undefined ? log.bookmark() : Promise.resolve(options.from)
  from.catch(() => {})
  return follow(log, live, { ...options, from })
}

async function* follow<S>(
  log: EventLog<S>,
  live: LiveEvents,
  options: Omit<WatchOptions, 'from'> & { readonly from: Promise<Bookmark> },
): AsyncGenerator<WatchItem<S>, void, undefined> {
  const { signal, nudge, maxHeld = 10_000 } = options
  let cursor = await options.from
  const inbox = new Inbox(maxHeld, signal)
  const unsubscribe = await live.subscribe((event) => inbox.put(event))
  const stopNudging = nudge?.(() => inbox.wake())
  try {
    cursor = yield* catchUp(log, cursor, signal)
    for (let next = await inbox.take(); next.kind !== 'end'; next = await inbox.take()) {
      const step = next.kind === 'event' ? judge(cursor, next.event) : 'catch-up'
      if (step === 'catch-up') cursor = yield* catchUp(log, cursor, signal)
      if (step !== 'apply' || next.kind !== 'event') continue
      cursor = after(cursor, next.event)
      yield { kind: 'event', event: next.event, bookmark: cursor }
    }
  } finally {
    stopNudging?.()
    unsubscribe()
    inbox.close()
  }
}

/** Reads from the log until its end as it was when this began, or further. Returns the new cursor. */
async function* catchUp<S>(
  log: EventLog<S>,
  from: Bookmark,
  signal: AbortSignal | undefined,
): AsyncGenerator<WatchItem<S>, Bookmark, undefined> {
  let cursor = from
  let end = await log.bookmark()
  while (!signal?.aborted) {
    const lost = yield* readOn(log, cursor, end)
    cursor = lost.cursor
    if (lost.why === undefined) return cursor
    end = await log.bookmark()
    const states = await log.states?.()
    const why = end.epoch === cursor.epoch ? lost.why : 'epoch'
    cursor = end
    yield { kind: 'resync', why, bookmark: end, ...(states && { states }) }
  }
  return cursor
}

interface ReadOn {
  readonly cursor: Bookmark
  /** Why it cannot be read on from the cursor. */
  readonly why?: ResyncReason
}

async function* readOn<S>(
  log: EventLog<S>,
  from: Bookmark,
  end: Bookmark,
): AsyncGenerator<WatchItem<S>, ReadOn, undefined> {
  if (end.epoch !== from.epoch && !isBeforeAny(from)) return { cursor: from, why: 'epoch' }
  if (isBehind(end, from)) return { cursor: from, why: 'behind' }
  let cursor = { ...from, epoch: end.epoch }
  while (cursor.sequence < end.sequence) {
    const page = await log.range(cursor.lastId, pageSize)
    for (const event of page) {
      const sequence = sequenceOf(event)
      // Later in the log and not later in number: what we have seen was lost and counted again.
      if (!(sequence > cursor.sequence)) return { cursor, why: 'behind' }
      if (sequence > cursor.sequence + 1) return { cursor, why: 'trimmed' }
      cursor = after(cursor, event)
      yield { kind: 'event', event, bookmark: cursor }
    }
    if (page.length === 0) return { cursor, why: 'trimmed' }
  }
  return { cursor }
}

function isBehind(end: Bookmark, { sequence, lastId }: Bookmark): boolean {
  return end.sequence < sequence || (end.sequence === sequence && end.lastId !== lastId)
}
