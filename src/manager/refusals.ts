import { createHash } from 'node:crypto'
import { uniqueId } from '../base/ids.ts'
import { askerOf } from '../protocol/decode-command.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { RejectReason } from '../protocol/replies.ts'
import type { Answer } from './answers.ts'
import type { Budgets } from './budget.ts'
import type { Admission } from './gate.ts'

/** A message that was not admitted, with what its sender is told. */
export type Refused = Extract<Admission, { readonly kind: 'refused' }>

/** A message that no actor may ever see. */
export interface DeadMessage {
  readonly channel: string
  /** In bytes. */
  readonly size: number
  /** SHA-256, in hex. */
  readonly sha: string
  readonly sample: string
}

/** Where refusals go beside their sender: one event for the whole fleet, and the dead-letter stream. */
export interface RefusalPorts {
  /** Resolves to what all hosts agree on for this digest: `mine` for one of them. Never rejects. */
  once(digest: string, mine: string): Promise<string>
  announce(draft: EventDraft): void
  dead(message: DeadMessage): void
}

/** Where each host has its own reason, each host says so. */
const isOwnReason: { readonly [R in RejectReason]: boolean } = {
  unknown_op: false,
  unknown_service: true,
  bad_message: false,
  too_large: false,
  expired: false,
  unsupported_version: false,
  unsigned: false,
  bad_signature: false,
  forbidden: false,
  busy: true,
  rate_limited: false,
  fenced: true,
}

const poison: readonly RejectReason[] = [
  'bad_message',
  'too_large',
  'unsupported_version',
  'unsigned',
  'bad_signature',
  'forbidden',
]

const sampleChars = 60
const deadSampleChars = 200

/**
 * Says why a message was not run: to whoever sent it, in an event, and, where it was poison,
 * among the dead letters. Of the hosts that refuse the same message, one speaks.
 */
export class Refusals {
  readonly #ports: RefusalPorts
  readonly #answer: Answer
  readonly #budgets: Budgets

  constructor(ports: RefusalPorts, answer: Answer, budgets: Budgets) {
    this.#ports = ports
    this.#answer = answer
    this.#budgets = budgets
  }

  async say(refused: Refused): Promise<void> {
    const { incoming, rejection, isShared } = refused
    const { channel, raw, via } = incoming
    if (via === 'redis' && !this.#budgets.maySpeak(channel, refused.id !== undefined)) return
    const mine = uniqueId()
    if (isShared && !isOwnReason[rejection.reason]) {
      const speaker = await this.#ports.once(digestOf(channel, raw, rejection.reason), mine)
      if (speaker !== mine) return
    }
    const id = refused.id ?? mine
    this.#answer({ ...askerOf(id, refused.replyTo), id, via }, rejection)
    this.#announce(refused, id)
    const isPoison = via === 'redis' && poison.includes(rejection.reason)
    if (isPoison) this.#ports.dead(deadMessage(channel, raw))
  }

  #announce({ incoming, rejection, by }: Refused, id: string): void {
    const { op, reason } = rejection
    // What came over Redis was public already; what came through the door was not.
    const isPublic = incoming.via === 'redis'
    this.#ports.announce({
      type: 'command.rejected',
      cause: id,
      ...(by === undefined ? {} : { by }),
      data: {
        reason,
        ...(op === undefined ? {} : { op }),
        ...(isPublic ? { sample: incoming.raw.slice(0, sampleChars) } : {}),
      },
    })
  }
}

/** What hosts agree over: the message, and what is made of it. */
export function digestOf(channel: string, raw: string, reason?: RejectReason): string {
  const verdict = reason === undefined ? '' : `|${reason}`
  return createHash('sha256').update(`${channel}|${raw}${verdict}`).digest('hex')
}

function deadMessage(channel: string, raw: string): DeadMessage {
  return {
    channel,
    size: Buffer.byteLength(raw),
    sha: createHash('sha256').update(raw).digest('hex'),
    sample: raw.slice(0, deadSampleChars),
  }
}
