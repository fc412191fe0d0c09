import { hostname } from 'node:os'
import { TroupeError } from '../base/errors.ts'

/** What a namespace, a host and a label may be called (PROTOCOL §1). */
const plainName = /^[a-z0-9][a-z0-9._-]{0,62}$/

/** Whether a name needs no encoding: 1 to 63 of a-z, 0-9, `.`, `_` and `-`, not led by a sign. */
export function isPlainName(name: string): boolean {
  return plainName.test(name)
}

/** @throws TroupeError `E_CONFIG` when `name` could widen a channel pattern */
export function plainNameOrThrow(what: string, name: string): string {
  if (isPlainName(name)) return name
  throw new TroupeError('E_CONFIG', `"${name}" cannot be a ${what}`, {
    hint: 'use 1 to 63 of a-z, 0-9, dot, underscore and dash, starting with a letter or digit',
  })
}

/** This machine's name, made fit for a channel. */
export function defaultHostName(): string {
  const name = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63)
  return name === '' ? 'host' : name
}

/** Percent-encodes every byte outside `[A-Za-z0-9._-]`, so that a service's name is one plain word on channels and in keys. */
export function encodeName(service: string): string {
  return [...new TextEncoder().encode(service)].map(encodeByte).join('')
}

/** The name behind what `encodeName` wrote; what it did not write is given back as it is. */
export function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}

function encodeByte(byte: number): string {
  const char = String.fromCharCode(byte)
  return /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

/** The channels of one namespace. They hold no braces; keys do: a person sees at once which is which. */
export interface Channels {
  /** The namespace. */
  readonly ns: string
  readonly all: string
  readonly say: string
  readonly namespaceEvents: string
  /** The only blessed pattern. */
  readonly everyEvent: string
  host(host: string): string
  service(service: string): string
  label(key: string, value: string): string
  serviceEvents(service: string): string
  hostEvents(host: string): string
  replies(who: string): string
  logs(service: string): string
  app(address: string): string
}

/** The channels of a namespace (PROTOCOL §1). Names of services are encoded, all else is expected to be plain. */
export function channelsOf(ns: string): Channels {
  const at = `troupe:${ns}`
  return {
    ns,
    all: `${at}:cmd:all`,
    say: `${at}:say`,
    namespaceEvents: `${at}:ev:ns`,
    everyEvent: `${at}:ev:*`,
    host: (host) => `${at}:cmd:host:${host}`,
    service: (service) => `${at}:cmd:svc:${encodeName(service)}`,
    label: (key, value) => `${at}:cmd:label:${key}=${value}`,
    serviceEvents: (service) => `${at}:ev:svc:${encodeName(service)}`,
    hostEvents: (host) => `${at}:ev:host:${host}`,
    replies: (who) => `${at}:re:${who}`,
    logs: (service) => `${at}:log:${encodeName(service)}`,
    app: (address) => `${at}:app:${address}`,
  }
}

/** The keys of one namespace: all in one slot of a Redis Cluster. */
export interface Keys {
  readonly meta: string
  readonly log: string
  readonly state: string
  readonly hosts: string
  readonly hostInfo: string
  readonly dead: string
  /** The last token that a lease was given out with. */
  readonly fence: string
  lease(name: string): string
  replies(commandId: string): string
  once(digest: string): string
}

/**
 * The keys of a namespace: braces keep them in one slot of a Redis Cluster, so that a script can touch them
 * together.
 */
export function keysOf(ns: string): Keys {
  const at = `troupe:{${ns}}`
  return {
    meta: `${at}:meta`,
    log: `${at}:log`,
    state: `${at}:state`,
    hosts: `${at}:hosts`,
    hostInfo: `${at}:hostinfo`,
    dead: `${at}:dead`,
    fence: `${at}:fence`,
    lease: (name) => `${at}:lease:${encodeName(name)}`,
    replies: (commandId) => `${at}:re:${commandId}`,
    once: (digest) => `${at}:once:${digest}`,
  }
}

/** The manual that a person finds with `redis-cli GET troupe:help`. */
export const helpKey = 'troupe:help'

/** What a command channel addresses. */
export type Address =
  | { readonly kind: 'all' }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'label'; readonly key: string; readonly value: string }

/** Reads a command channel of this namespace; undefined for any other channel. */
export function addressOf(ns: string, channel: string): Address | undefined {
  const prefix = `troupe:${ns}:cmd:`
  if (!channel.startsWith(prefix)) return undefined
  const [kind = '', ...rest] = channel.slice(prefix.length).split(':')
  return kind === 'all' && rest.length === 0 ? { kind } : named(kind, rest.join(':'))
}

function named(kind: string, name: string): Address | undefined {
  if (name === '') return undefined
  if (kind === 'host') return { kind, host: name }
  if (kind === 'svc') return { kind: 'service', service: decodeName(name) }
  const [key = '', value] = name.split('=')
  return kind === 'label' && value !== undefined ? { kind, key, value } : undefined
}
