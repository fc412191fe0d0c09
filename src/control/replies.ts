import type { Cancel } from '../base/clock.ts'
import { uniqueId } from '../base/ids.ts'
import { channelsOf } from '../protocol/names.ts'
import type { Reply } from '../protocol/replies.ts'
import type { Hub } from './hub.ts'

type HearReply = (reply: Reply | 'gone') => void

/** The one channel on which a requester hears all its replies (PROTOCOL §1). */
export interface Replies {
  readonly channel: string
  /** Hears the replies to one command, then `gone` if the way to the manager ends. */
  hear(commandId: string, hear: HearReply): Cancel
}

const known = new WeakMap<Hub, Map<string, Promise<Replies>>>()

/** The replies that arrive over a carrier; it is subscribed to once. */
export function repliesOn(
  carrier: Hub & { readonly closed?: Promise<unknown> },
  ns: string,
): Promise<Replies> {
  const byNamespace = known.get(carrier) ?? new Map<string, Promise<Replies>>()
  known.set(carrier, byNamespace)
  const open = byNamespace.get(ns) ?? openReplies(carrier, ns)
  byNamespace.set(ns, open)
  open.catch(() => byNamespace.delete(ns))
  return open
}

async function openReplies(
  carrier: Hub & { readonly closed?: Promise<unknown> },
  ns: string,
): Promise<Replies> {
  const channel = channelsOf(ns).replies(uniqueId())
  const waiting = new Map<string, HearReply>()
  await carrier.subscribe(channel, (payload) => {
    const { id, reply } = readReply(payload) ?? {}
    if (id !== undefined && reply !== undefined) waiting.get(id)?.(reply)
  })
  let isGone = false
  void carrier.closed?.then(() => {
    isGone = true
    for (const hear of waiting.values()) hear('gone')
  })
  return {
    channel,
    hear(commandId, hear) {
      if (isGone) hear('gone')
      waiting.set(commandId, hear)
      return () => waiting.delete(commandId)
    },
  }
}

/** A reply is an event whose cause is the command; anything else on the channel is not ours to judge. */
function readReply(payload: string): { id: string; reply: Reply } | undefined {
  try {
    const { causationid, data } = JSON.parse(payload) as Record<string, unknown>
    const isReply = typeof causationid === 'string' && typeof data === 'object' && data !== null
    return isReply ? { id: causationid, reply: data as Reply } : undefined
  } catch {
    return undefined
  }
}
