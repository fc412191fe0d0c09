import type { HostSelector } from './host-selector.ts'
import { channelsOf } from './names.ts'
import type { ServiceTarget } from './operations.ts'
import { targetOf } from './shorthand.ts'
import { isObject, show } from './untyped.ts'

/** The `type` of every command in JSON. */
export const commandType = 'dev.troupe.command.requested.v1'

/** A CloudEvent whose every known member has the right form; `op` and `args` are not judged yet. */
export interface JsonCommand {
  readonly id: string
  readonly source?: string
  readonly time?: string
  readonly expirytime?: string
  readonly replyto?: string
  readonly traceparent?: string
  readonly isSigned: boolean
  readonly op: string
  readonly args: Readonly<Record<string, unknown>>
  readonly services: readonly ServiceTarget[]
  readonly hosts?: HostSelector
}

/** A command out of JSON, or why it cannot be one. */
export type ReadJson =
  | { readonly kind: 'command'; readonly command: JsonCommand }
  | {
      readonly kind: 'problem'
      readonly reason: 'bad_message' | 'unsupported_version'
      readonly why: string
      /** Whom to answer, where that much could be read. */
      readonly id?: string
      readonly replyto?: string
    }

interface Member {
  readonly expects: string
  readonly isRequired?: boolean
  readonly isFine: (value: unknown) => boolean
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isTime = (value: unknown): boolean =>
  isText(value) && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value))

/** What may become part of a key and of sentences. */
const printable = /^[\x21-\x7e]{1,128}$/

/** Whether `id` can name a command and its reply stream. */
export function isCommandId(id: unknown): id is string {
  return isText(id) && printable.test(id)
}

/**
 * Whether replies may go there. Anything but a reply channel would turn the manager into a
 * loudspeaker: a reply on a command channel would itself be read as a command.
 */
export function isReplyChannel(ns: string, channel: unknown): channel is string {
  const prefix = channelsOf(ns).replies('')
  return isText(channel) && channel.startsWith(prefix) && printable.test(channel)
}

function membersOf(ns: string): Readonly<Record<string, Member>> {
  return {
    id: { expects: '1 to 128 printable characters', isRequired: true, isFine: isCommandId },
    source: { expects: 'a text', isFine: isText },
    traceparent: { expects: 'a text', isFine: isText },
    time: { expects: 'an RFC 3339 time', isFine: isTime },
    expirytime: { expects: 'an RFC 3339 time', isFine: isTime },
    replyto: {
      expects: `a channel that begins with ${channelsOf(ns).replies('')}`,
      isFine: (value) => isReplyChannel(ns, value),
    },
    data: {
      expects: '{"op": …, "args": …, "target": …}',
      isRequired: true,
      isFine: (data) => isObject(data) && isText(data['op']),
    },
  }
}

const membersOfData: Readonly<Record<string, Member>> = {
  args: { expects: 'an object', isFine: isObject },
  target: { expects: 'an object', isFine: isObject },
}

const membersOfTarget: Readonly<Record<string, Member>> = {
  services: {
    expects: 'a list of names or {"name": …, "slot": …}',
    isFine: (value) => Array.isArray(value) && value.every((each) => serviceOf(each) !== undefined),
  },
  hosts: {
    expects: 'a list of globs',
    isFine: (value) => Array.isArray(value) && value.every(isText),
  },
  labels: {
    expects: 'an object of values or lists of values',
    isFine: (value) => isObject(value) && Object.values(value).flat().every(isScalar),
  },
  percent: {
    expects: 'nothing: a share of the hosts cannot be asked for yet',
    isFine: () => false,
  },
  max: { expects: 'nothing: a number of hosts cannot be asked for yet', isFine: () => false },
}

/** Reads a command that is written as a CloudEvent 1.0 in JSON. Members that nobody knows are ignored. */
export function readJsonCommand(ns: string, raw: string): ReadJson {
  const message = parse(raw)
  if (!isObject(message)) {
    return { kind: 'problem', reason: 'bad_message', why: 'it begins like JSON and is none' }
  }
  const { id, replyto } = message
  const sender = {
    ...(isCommandId(id) ? { id } : {}),
    ...(isReplyChannel(ns, replyto) ? { replyto } : {}),
  }
  const foreign = foreignVersion(message)
  if (foreign !== undefined) {
    return { kind: 'problem', reason: 'unsupported_version', why: foreign, ...sender }
  }
  const why = problemsOf(ns, message)
  if (why.length > 0) {
    return { kind: 'problem', reason: 'bad_message', why: why.join('; '), ...sender }
  }
  return { kind: 'command', command: commandOf(message) }
}

function foreignVersion({
  specversion,
  type,
}: Readonly<Record<string, unknown>>): string | undefined {
  if (specversion !== undefined && specversion !== '1.0') {
    return `specversion ${show(specversion)} is not spoken here: 1.0 to 1.0 is`
  }
  const [, version] = (isText(type) && /^dev\.troupe\.command\.requested\.v(.*)$/s.exec(type)) || []
  if (version === undefined || version === '1') return undefined
  return `version ${show(version)} of commands is not spoken here: 1 to 1 is`
}

function problemsOf(ns: string, message: Readonly<Record<string, unknown>>): readonly string[] {
  const data = isObject(message['data']) ? message['data'] : {}
  const target = isObject(data['target']) ? data['target'] : {}
  const { specversion, type } = message
  return [
    ...(specversion === undefined ? ['specversion: expected "1.0", got nothing'] : []),
    ...(type === undefined || type === commandType
      ? []
      : [`type: expected "${commandType}", got ${show(type)}`]),
    ...wrong('', message, membersOf(ns)),
    ...wrong('data.', data, membersOfData),
    ...wrong('data.target.', target, membersOfTarget),
  ]
}

function wrong(
  path: string,
  object: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, Member>>,
): readonly string[] {
  return Object.entries(members)
    .filter(([name, { isRequired, isFine }]) => {
      const value = object[name]
      return value === undefined || value === null ? isRequired : !isFine(value)
    })
    .map(([name, { expects }]) => `${path}${name}: expected ${expects}, got ${show(object[name])}`)
}

/** Every cast in here was earned by {@link problemsOf}. */
function commandOf(message: Readonly<Record<string, unknown>>): JsonCommand {
  const { op, args, target } = message['data'] as {
    readonly op: string
    readonly args?: Readonly<Record<string, unknown>> | null
    readonly target?: Readonly<Record<string, unknown>> | null
  }
  const hosts = selectorOf(target ?? {})
  const known = ['id', 'source', 'time', 'expirytime', 'replyto', 'traceparent']
  const members = known.map((name) => [name, message[name]]).filter(([, value]) => isText(value))
  return {
    ...(Object.fromEntries(members) as Pick<JsonCommand, 'id'>),
    isSigned: Object.hasOwn(message, 'sig'),
    op,
    args: args ?? {},
    services: ((target?.['services'] ?? []) as unknown[]).flatMap((each) => serviceOf(each) ?? []),
    ...(hosts === undefined ? {} : { hosts }),
  }
}

function selectorOf(target: Readonly<Record<string, unknown>>): HostSelector | undefined {
  const { hosts, labels } = target
  if (!Array.isArray(hosts) && !isObject(labels)) return undefined
  const values = isObject(labels) ? Object.entries(labels) : undefined
  return {
    ...(Array.isArray(hosts) ? { hosts: hosts.map(String) } : {}),
    ...(values === undefined
      ? {}
      : {
          labels: Object.fromEntries(
            values.map(([key, value]) => [key, [value].flat().map(String)]),
          ),
        }),
  }
}

function serviceOf(given: unknown): ServiceTarget | undefined {
  const target = isText(given) ? targetOf(given) : given
  if (!isObject(target)) return undefined
  const { name, slot } = target
  if (!isText(name)) return undefined
  if (slot === undefined || slot === null) return name === '' ? undefined : { name }
  return Number.isSafeInteger(slot) && Number(slot) >= 0 ? { name, slot: Number(slot) } : undefined
}

function isScalar(value: unknown): boolean {
  return isText(value) || typeof value === 'number' || typeof value === 'boolean'
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}
