import { isIPv4 } from 'node:net'
import type { Command, Issuer } from '../protocol/command.ts'
import { channelsOf } from '../protocol/names.ts'
import { operations } from '../protocol/operations.ts'
import { rejected, type Rejection } from '../protocol/replies.ts'
import { spellTarget } from '../protocol/shorthand.ts'

/** What a namespace lets the unsigned do over Redis: everything, read, nothing. */
export type Mode = 'open' | 'mixed' | 'strict'

/** `open` where only this machine can reach Redis, or there is none; `strict` everywhere else. */
export function defaultMode(redisUrl: string | undefined): Mode {
  if (redisUrl === undefined || redisUrl.startsWith('unix:')) return 'open'
  const host = URL.canParse(redisUrl) ? new URL(redisUrl).hostname.toLowerCase() : undefined
  return host !== undefined && isLoopback(host) ? 'open' : 'strict'
}

/** A command with who is known to have sent it, in a namespace of that mode, and the channel that it came by. */
export interface Asked {
  readonly mode: Mode
  readonly issuer: Issuer
  readonly command: Command
  readonly ns: string
  readonly channel: string
}

/** Undefined when the issuer may do that; otherwise a refusal that says how it could. */
export function authorise(asked: Asked): Rejection | undefined {
  const { mode, issuer, command } = asked
  const { op } = command
  const { isRead, isLocal } = operations[op]
  if (issuer.kind === 'local') return undefined
  if (isLocal) {
    const message = `${op} is done on the host itself, whoever asks; there, run: troupe ${op}`
    return rejected('forbidden', message, { op })
  }
  if (issuer.kind === 'signed' || mode === 'open' || (mode === 'mixed' && isRead)) return undefined
  const allowed = mode === 'mixed' ? 'only reads may be unsigned' : 'nothing may be unsigned'
  const message = `${op} is not signed, and in ${asked.ns} ${allowed}; run: ${howToSign(asked)}`
  return rejected('unsigned', message, { op })
}

/** What to type for the same command with a signature. */
function howToSign({ ns, channel, command: { op, services } }: Asked): string {
  const [own] = services
  const isOwnChannel =
    services.length === 1 && own !== undefined && channel === channelsOf(ns).service(own.name)
  return [
    'troupe sign',
    op,
    ...services.map((target) => shellWord(spellTarget(target))),
    ...(isOwnChannel ? [] : ['--channel', shellWord(channel)]),
    '| redis-cli -x PUBLISH',
    shellWord(channel),
  ].join(' ')
}

/** The words come from a stranger, and people paste what they are told to run. */
function shellWord(word: string): string {
  return /^[A-Za-z0-9@%+=:,./_-][A-Za-z0-9@%+=:,./_#-]*$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
}
