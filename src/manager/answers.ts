import type { Clock } from '../base/clock.ts'
import { uniqueId } from '../base/ids.ts'
import type { Asker } from '../protocol/decode-command.ts'
import type { Reply, ReplyStatus } from '../protocol/replies.ts'
import { limits } from '../protocol/limits.ts'
import { replyEnvelope } from '../protocol/reply-envelope.ts'

/** Whom a reply goes to. */
export interface Addressed extends Asker {
  /** Of the command. */
  readonly id: string
  readonly via: 'local' | 'redis'
}

/** Who answers, by which clock, and the way back to whoever asked. */
export interface AnswerPorts {
  readonly ns: string
  readonly host: string
  readonly clock: Clock
  /** Delivers a reply, or loses it; `body` is an envelope in JSON. */
  reply(to: Addressed, body: string, status: ReplyStatus): void
}

/** One message of 256 KiB to a thousand subscribers stops a Redis for most of a second (PROTOCOL R14). */
function withoutResult(reply: Reply, bytes: number): Reply {
  const note = `the answer has ${bytes} bytes, too many for Redis: ask for less, or on the host itself`
  if (reply.status === 'done') return { ...reply, result: { truncated: true, note } }
  return reply.status === 'progress' ? { ...reply, value: { truncated: true, note } } : reply
}

/** Sends replies. */
export type Answer = (to: Addressed, reply: Reply) => void

/**
 * Makes envelopes of replies. A result that is too large for Redis is left out and said to be, instead of the
 * whole reply being lost.
 */
export function answers(ports: AnswerPorts): Answer {
  const { ns, host, clock } = ports
  return (to, reply) => {
    const from = { ns, host, commandId: to.id, id: uniqueId(), at: clock.date() }
    const write = (what: Reply): string => JSON.stringify(replyEnvelope(what, from))
    const body = write(reply)
    const isHuge = to.via === 'redis' && Buffer.byteLength(body) > limits.hardBytes
    ports.reply(to, isHuge ? write(withoutResult(reply, body.length)) : body, reply.status)
  }
}
