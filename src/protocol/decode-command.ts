import { nearest } from '../base/nearest.ts'
import type { Command } from './command.ts'
import { isCommandId, isReplyChannel, type JsonCommand, readJsonCommand } from './json-command.ts'
import { limits } from './limits.ts'
import { type Address, addressOf } from './names.ts'
import { isOp, opNames } from './operations.ts'
import { readParams } from './params.ts'
import { type RejectReason, rejected, type Rejection } from './replies.ts'
import { readShorthand, type Shorthand } from './shorthand.ts'
import { show } from './untyped.ts'

/** What a message on a command channel turned out to be. */
export type Decoded =
  /** A host's question to itself whether its link still works. */
  | { readonly kind: 'probe'; readonly nonce: string }
  | {
      readonly kind: 'command'
      readonly command: Command
      /** Of its channel. */
      readonly address: Address
      /** It has a `sig`; whether that is worth anything, nobody has looked at yet. */
      readonly isSigned: boolean
    }
  | Refused

interface Refused extends Asker {
  readonly kind: 'rejected'
  readonly rejection: Rejection
}

/** Whom to answer, as far as that could be read. */
export interface Asker {
  readonly id?: string
  readonly replyTo?: string
}

/** What is known of a message before it is read. */
export interface DecodeOptions {
  /** Of UTF-8, looked at before anything is parsed. */
  readonly maxBytes?: number
  /** Who is taken to speak when the message does not say. */
  readonly sender?: string
}

const defaults = { maxBytes: limits.commandBytes, sender: 'redis-cli' } as const

/** What the two spellings have in common, before its words are judged. */
interface Spelled extends Omit<Command, 'op'> {
  readonly op: string
  readonly spelling: 'shorthand' | 'json'
  readonly isSigned: boolean
}

/**
 * Reads a command in either spelling; the first byte tells them apart. Never throws: whatever
 * it is, it is one of the three kinds.
 */
export function decodeCommand(
  ns: string,
  channel: string,
  raw: string,
  options: DecodeOptions = {},
): Decoded {
  const { maxBytes, sender } = { ...defaults, ...options }
  const isJson = raw.startsWith('{')
  const excess = tooLarge(raw, isJson ? maxBytes : Math.min(maxBytes, limits.commandBytes))
  if (excess !== undefined) return excess
  const address = addressOf(ns, channel)
  if (address === undefined) {
    return refuse('bad_message', `${show(channel)} is no command channel of ${ns}`)
  }
  if (address.kind === 'host' && raw.startsWith('p:')) return { kind: 'probe', nonce: raw.slice(2) }
  const read = isJson ? fromJson(ns, raw, sender) : fromShorthand(ns, raw, sender)
  return 'kind' in read ? read : judge(read, address)
}

function tooLarge(raw: string, allowed: number): Refused | undefined {
  const bytes = Buffer.byteLength(raw)
  if (bytes <= allowed) return undefined
  return refuse('too_large', `${bytes} bytes are more than the ${allowed} allowed`)
}

function fromJson(ns: string, raw: string, sender: string): Spelled | Refused {
  const read = readJsonCommand(ns, raw)
  if (read.kind === 'problem') {
    const { reason, why, id, replyto } = read
    return refuse(reason, `the command cannot be used: ${why}`, askerOf(id, replyto))
  }
  return spelledOf(read.command, sender)
}

function spelledOf(read: JsonCommand, sender: string): Spelled {
  const { id, op, services, hosts, args, source, replyto, expirytime, time, traceparent } = read
  return {
    spelling: 'json',
    id,
    op,
    services,
    args,
    isSigned: read.isSigned,
    claimedBy: nameFrom(source?.replace(/^op:/, ''), sender),
    ...(hosts === undefined ? {} : { hosts }),
    ...(replyto === undefined ? {} : { replyTo: replyto }),
    ...(expirytime === undefined ? {} : { expiresAt: Date.parse(expirytime) }),
    ...(time === undefined ? {} : { sentAt: Date.parse(time) }),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

function fromShorthand(ns: string, raw: string, sender: string): Spelled | Refused {
  const read = readShorthand(raw)
  if (read.kind === 'problem') return refuse('bad_message', read.why)
  const { id, by, replyto, ...args } = read.shorthand.fields
  if (id !== undefined && !isCommandId(id)) {
    return refuse('bad_message', `id: expected 1 to 128 printable characters, got ${show(id)}`)
  }
  if (replyto !== undefined && !isReplyChannel(ns, replyto)) {
    const why = `replyto: expected a reply channel of ${ns}, got ${show(replyto)}`
    return refuse('bad_message', why, askerOf(id, undefined))
  }
  return spelledBy(read.shorthand, { ...askerOf(id, replyto), args, by: nameFrom(by, sender) })
}

function spelledBy(
  { op, services }: Shorthand,
  { id, replyTo, args, by }: Asker & { readonly args: Command['args']; readonly by: string },
): Spelled {
  return {
    spelling: 'shorthand',
    id,
    op,
    services,
    args,
    isSigned: false,
    claimedBy: by,
    ...(replyTo === undefined ? {} : { replyTo }),
  }
}

function judge({ op, spelling, isSigned, ...spelled }: Spelled, address: Address): Decoded {
  const asker = askerOf(spelled.id, spelled.replyTo)
  if (!isOp(op)) {
    const [didyoumean] = nearest(op.slice(0, 40), opNames)
    return refuse('unknown_op', `there is no operation ${show(op)}`, {
      ...asker,
      op: op.slice(0, 40),
      ...(didyoumean === undefined ? {} : { didyoumean }),
    })
  }
  const read = readParams(op, spelled.args, spelling)
  if (read.kind === 'problem') {
    const { why, didyoumean } = read
    const meant = didyoumean === undefined ? {} : { didyoumean }
    return refuse('bad_message', why, { ...asker, op, ...meant })
  }
  return { kind: 'command', address, isSigned, command: { ...spelled, op, args: read.params } }
}

function refuse(
  reason: RejectReason,
  message: string,
  { id, replyTo, ...more }: Asker & { readonly op?: string; readonly didyoumean?: string } = {},
): Refused {
  return { kind: 'rejected', rejection: rejected(reason, message, more), ...askerOf(id, replyTo) }
}

/** Only what is known stands in it: absent instead of undefined. */
export function askerOf(id: string | undefined, replyTo: string | undefined): Asker {
  return { ...(id === undefined ? {} : { id }), ...(replyTo === undefined ? {} : { replyTo }) }
}

/** Names end up in sentences for people, so they are short and of one line. */
function nameFrom(claimed: string | undefined, sender: string): string {
  const name = claimed?.slice(0, 64).replaceAll(/\p{C}/gu, '').trim()
  return name === undefined || name === '' ? sender : name
}
