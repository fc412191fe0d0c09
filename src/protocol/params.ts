import { constants } from 'node:os'
import { nearest } from '../base/nearest.ts'
import { parseMillis } from '../base/units.ts'
import { type Amendment, isAmendment } from '../declaration/amendment.ts'
import type { Op, Params } from './operations.ts'
import { isObject, show } from './untyped.ts'

/** One parameter: the same reading for a person's `lines=20` and a program's `"lines": 20`. */
interface Field<T> {
  readonly expects: string
  readonly isRequired?: boolean
  /** Undefined when it is not what was expected. */
  readonly read: (given: unknown) => T | undefined
}

type Fields<O extends Op> = {
  readonly [K in keyof Params<O>]-?: Field<NonNullable<Params<O>[K]>>
}

/** Parameters that fit their verb, or what is wrong with the first that does not. */
export type ReadParams =
  | { readonly kind: 'params'; readonly params: Readonly<Record<string, unknown>> }
  | { readonly kind: 'problem'; readonly why: string; readonly didyoumean?: string }

const duration: Field<string> = {
  expects: 'a time such as "5s"',
  read: (given) =>
    (typeof given === 'string' || typeof given === 'number') && parseMillis(given) !== undefined
      ? String(given)
      : undefined,
}

const wholeNumber: Field<number> = {
  expects: 'a whole number',
  read: (given) => {
    const value = typeof given === 'string' && given !== '' ? Number(given) : given
    return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined
  },
}

const count: Field<string> = {
  expects: 'a number of instances such as 4, +2 or -1',
  read: (given) => {
    const said = typeof given === 'number' ? String(given) : given
    return typeof said === 'string' && /^[+-]?\d{1,4}$/.test(said) ? said : undefined
  },
}

const signal: Field<string> = {
  expects: 'a signal such as SIGUSR2',
  read: (given) => (isSignal(given) ? given : undefined),
}

function isSignal(given: unknown): given is NodeJS.Signals {
  return typeof given === 'string' && Object.hasOwn(constants.signals, given)
}

const anything: Field<NonNullable<unknown>> = {
  expects: 'a message',
  isRequired: true,
  read: (given) => given ?? undefined,
}

const flag: Field<boolean> = {
  expects: 'true or false',
  read: (given) => {
    if (given === true || given === 'true') return true
    return given === false || given === 'false' ? false : undefined
  },
}

const text: Field<string> = {
  expects: 'a text',
  read: (given) => (typeof given === 'string' && given !== '' ? given : undefined),
}

/** An empty line is one, too. */
const line: Field<string> = {
  expects: 'a line',
  read: (given) => (typeof given === 'string' ? given : undefined),
}

const texts: Field<readonly string[]> = {
  expects: 'a list of texts',
  read: (given) => {
    const list = typeof given === 'string' ? given.split(',') : given
    return Array.isArray(list) && list.every((each) => typeof each === 'string') ? list : undefined
  },
}

const streams: Field<readonly ('out' | 'err')[]> = {
  expects: 'out, err or both',
  read: (given) => {
    const known = texts.read(given)?.map((name) => (name === 'out' || name === 'err' ? name : null))
    return known?.every((name) => name !== null) ? known : undefined
  },
}

const manner: Field<NonNullable<Params<'declare'>['how']>> = {
  expects: 'start, restart or reload',
  read: (given) =>
    given === 'start' || given === 'restart' || given === 'reload' ? given : undefined,
}

const again: Field<NonNullable<Params<'inherit'>['how']>> = {
  expects: 'restart or reload',
  read: (given) => (given === 'restart' || given === 'reload' ? given : undefined),
}

/** No more than its outline, like a declaration. */
const amendment: Field<Amendment> = {
  expects: 'fields that can be changed by name',
  read: (given) => (isObject(given) && isAmendment(given) ? given : undefined),
}

const namedTexts: Field<Readonly<Record<string, string>>> = {
  expects: 'an object of texts',
  read: (given) =>
    isObject(given) && Object.values(given).every((each) => typeof each === 'string')
      ? // Every value was looked at just now.
        (given as Readonly<Record<string, string>>)
      : undefined,
}

const declaration: Field<Params<'declare'>['declaration']> = {
  expects: 'a declaration',
  isRequired: true,
  read: (given) => (isDeclaration(given) ? given : undefined),
}

/** No more than its outline: it only comes through the local door, from a command line that checked it. */
function isDeclaration(given: unknown): given is Params<'declare'>['declaration'] {
  if (!isObject(given)) return false
  const { services, groups, warnings } = given
  if (!Array.isArray(services) || !Array.isArray(groups) || !Array.isArray(warnings)) return false
  return services.every((each) => isObject(each) && typeof each['name'] === 'string')
}

const key: Field<NonNullable<Params<'keys'>['trust']>> = {
  expects: 'an object with kid, name and publicKey',
  read: (given) => {
    const { kid, name, publicKey } = namedTexts.read(given) ?? {}
    if (kid === undefined || name === undefined || publicKey === undefined) return undefined
    return { kid, name, publicKey }
  },
}

const none = {}

const fieldsOf: { readonly [O in Op]: Fields<O> } = {
  ping: none,
  help: none,
  hosts: none,
  relay: {
    channel: { ...text, isRequired: true },
    raw: { ...text, isRequired: true },
    id: { ...text, isRequired: true },
    hosts: { ...texts, isRequired: true },
    deadline: duration,
  },
  status: none,
  describe: none,
  start: none,
  stop: { grace: duration },
  restart: { grace: duration },
  reload: none,
  scale: { to: { ...count, isRequired: true } },
  reset: none,
  signal: { signal: { ...signal, isRequired: true } },
  send: { data: anything },
  stdin: { line: { ...line, isRequired: true }, separator: { ...line, expects: 'a text' } },
  trigger: {
    action: { ...text, isRequired: true },
    params: { ...anything, isRequired: false },
    deadline: duration,
  },
  pull: { commit: text },
  forward: none,
  backward: none,
  delete: { grace: duration },
  declare: {
    declaration,
    inherited: { ...namedTexts, isRequired: true },
    how: manner,
    grace: duration,
  },
  inherit: {
    inherited: { ...namedTexts, isRequired: true },
    fields: amendment,
    how: again,
    grace: duration,
  },
  plan: { declaration, inherited: { ...namedTexts, isRequired: true }, prune: flag },
  apply: { declaration, inherited: { ...namedTexts, isRequired: true }, prune: flag, digest: text },
  logs: { lines: wholeNumber, streams, follow: flag, drain: flag, after: texts },
  flush: none,
  events: { after: text, since: wholeNumber, limit: wholeNumber },
  why: none,
  watch: { path: text },
  save: { clear: flag },
  resurrect: none,
  config: { set: namedTexts, unset: texts },
  keys: { trust: key },
  doctor: none,
  detach: none,
  kill: { keep: flag },
}

/**
 * Reads what a command was given. A parameter that nobody knows is an error for people, who
 * may have mistyped it, and is ignored for programs, which may be newer than we are.
 */
export function readParams(
  op: Op,
  given: Readonly<Record<string, unknown>>,
  spelling: 'shorthand' | 'json',
): ReadParams {
  const fields = Object.entries<Field<unknown>>(fieldsOf[op])
  const names = fields.map(([name]) => name)
  const stranger = Object.keys(given).find((name) => !names.includes(name))
  if (stranger !== undefined && spelling === 'shorthand') return unknownName(op, stranger, names)
  const read = fields
    .map(([name, { isRequired, expects, read }]) => {
      const value = Object.hasOwn(given, name) ? given[name] : undefined
      const isAbsent = value === undefined || value === null
      return { name, expects, isFine: isAbsent && !isRequired, value, result: read(value) }
    })
    .filter(({ isFine }) => !isFine)
  const wrong = read.filter(({ result }) => result === undefined)
  if (wrong.length > 0) {
    const all = wrong.map(
      ({ name, expects, value }) => `${name}: expected ${expects}, got ${show(value)}`,
    )
    return { kind: 'problem', why: `${op}: ${all.join('; ')}` }
  }
  return {
    kind: 'params',
    params: Object.fromEntries(read.map(({ name, result }) => [name, result])),
  }
}

function unknownName(op: Op, stranger: string, names: readonly string[]): ReadParams {
  const [didyoumean] = nearest(stranger, names)
  const takes = names.length === 0 ? 'nothing' : names.map((name) => `${name}=`).join(', ')
  const why = `${op} takes ${takes}, not ${stranger.slice(0, 40)}=`
  return { kind: 'problem', why, ...(didyoumean === undefined ? {} : { didyoumean }) }
}
