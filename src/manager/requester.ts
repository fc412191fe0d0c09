import type { Cancel, Clock } from '../base/clock.ts'
import { limits } from '../protocol/limits.ts'
import type { Order } from './call.ts'

/** Whether anybody is still there to read an answer. */
export interface Requester {
  readonly gone: AbortSignal
  readonly release: Cancel
}

/**
 * Through the local door a requester is gone when its connection is. Over Redis nobody
 * notices, so it counts as gone when its command expires, or its reply stream would.
 */
export function requesterOf({ gone, expiresAt }: Order, clock: Clock): Requester {
  if (gone !== undefined) return { gone, release: () => {} }
  const left = (expiresAt ?? Infinity) - clock.date().getTime()
  const leaving = new AbortController()
  const release = clock.after(Math.min(left, limits.replyStreamTtlMs), () => leaving.abort())
  return { gone: leaving.signal, release }
}
