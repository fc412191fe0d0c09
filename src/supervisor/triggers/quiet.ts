import type { Millis } from '../../base/clock.ts'

/** Files that never rest for as long as this many delays are not waited for any longer. */
const patience = 10
const leastPatienceMs = 2_000
/** For 50 ms after it told of a file chokidar says nothing more of it: whoever restarted sooner would miss the last word. */
const leastDelayMs = 60

/**
 * How long to wait after a change until files count as quiet.
 *
 * A build writes for seconds, and half of it is not to be started; but a file that is written
 * without end must not keep the service from ever seeing the others.
 */
export function quietAfter(delayMs: Millis, firstAt: Millis, now: Millis): Millis {
  const latest = firstAt + Math.max(delayMs * patience, leastPatienceMs)
  return Math.max(0, Math.min(Math.max(delayMs, leastDelayMs), latest - now))
}
