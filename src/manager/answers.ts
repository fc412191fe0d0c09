import type { Clock } from '../base/clock.ts'
import { uniqueId } from '../base/ids.ts'
import type { Asker } from '../protocol/decode-command.ts'
import type { Reply, ReplyStatus } from '../protocol/replies.ts'
import { replyEnvelope } from '../protocol/reply-envelope.ts'

/** Whom a reply goes to. */
export interface Addressed extends Asker {
  /** Of the command. */
  readonly id: string
  readonly via: 'local' | 'redis'
}

export interface AnswerPorts {
  readonly ns: string
  readonly host: string
  readonly clock: Clock
  /** Delivers a reply, or loses it; `body` is an envelope in JSON. */
  reply(to: Addressed, body: string, status: ReplyStatus): void
}

/** Sends replies. */
export type Answer = (to: Addressed, reply: Reply) => void

export function answers(ports: AnswerPorts): Answer {
  const { ns, host, clock } = ports
  return (to, reply) => {
    const from = { ns, host, commandId: to.id, id: uniqueId(), at: clock.date() }
    ports.reply(to, JSON.stringify(replyEnvelope(reply, from)), reply.status)
  }
}
