import type { Envelope } from './envelope.ts'
import type { Reply } from './replies.ts'

/** Whose reply, to which command. */
export interface ReplyOrigin {
  readonly ns: string
  readonly host: string
  /** Of the command. */
  readonly commandId: string
  /** Of the reply itself. */
  readonly id: string
  readonly at: Date
}

/** A reply as it travels: an event whose cause is the command. */
export function replyEnvelope(reply: Reply, from: ReplyOrigin): Envelope {
  const { ns, host, commandId, id, at } = from
  return {
    specversion: '1.0',
    id,
    source: `/${ns}/${host}`,
    type: `dev.troupe.command.${reply.status}.v1`,
    time: at.toISOString(),
    causationid: commandId,
    data: { ...reply, host },
  }
}
