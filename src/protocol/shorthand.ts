import type { ServiceTarget } from './operations.ts'

/** `restart api#1 "My App" grace=5s`, taken apart. */
export interface Shorthand {
  readonly op: string
  readonly services: readonly ServiceTarget[]
  readonly fields: Readonly<Record<string, string>>
}

/** A command as a person types it into redis-cli, or why it cannot be one. */
export type ReadShorthand =
  | { readonly kind: 'shorthand'; readonly shorthand: Shorthand }
  | { readonly kind: 'problem'; readonly why: string }

/** Characters without spaces, with quoted stretches between them. */
const word = /\s*((?:"(?:[^"\\]|\\.)*"|[^\s"])+)/gsy
const field = /^([a-z][A-Za-z0-9_]*)=(.*)$/s
const slotted = /^(.*?)(?:#(\d{1,6}))?$/s

/** Reads `op [service[#slot]…] [key=value…]`; whatever holds spaces, `=` or `#` itself stands in double quotes. */
export function readShorthand(text: string): ReadShorthand {
  const words = split(text.trim())
  if (words === undefined) return problem('a double quote is never closed')
  const [op, ...rest] = words
  if (op === undefined) return problem('the message is empty')
  const fields = rest.flatMap((each) => keyValue(each))
  const services = rest.filter((each) => !field.test(each)).map((each) => targetOf(each))
  if (services.some(({ name, slot }) => name === '' && slot === undefined)) {
    return problem('a service has an empty name')
  }
  const twice = fields.find(([key], at) => fields.some(([other], i) => i < at && other === key))
  if (twice !== undefined) return problem(`${twice[0]}= stands there twice`)
  return {
    kind: 'shorthand',
    shorthand: { op: unquote(op), services, fields: Object.fromEntries(fields) },
  }
}

/** Reads `api` or `api#1`; `#1` alone is the slot of whatever service the channel addresses. */
export function targetOf(spelled: string): ServiceTarget {
  const [, name = '', slot] = slotted.exec(spelled) ?? []
  return { name: unquote(name), ...(slot === undefined ? {} : { slot: Number(slot) }) }
}

/** The opposite of {@link targetOf}, for people. */
export function spellTarget({ name, slot }: ServiceTarget): string {
  return slot === undefined ? name : `${name}#${slot}`
}

function split(text: string): readonly string[] | undefined {
  const words = [...text.matchAll(word)]
  const end = words.at(-1)
  const read = end === undefined ? 0 : end.index + end[0].length
  return read === text.length ? words.map(([, each = '']) => each) : undefined
}

function keyValue(spelled: string): [key: string, value: string][] {
  const [, key, value = ''] = field.exec(spelled) ?? []
  return key === undefined ? [] : [[key, unquote(value)]]
}

function unquote(spelled: string): string {
  return spelled.replaceAll(/"((?:[^"\\]|\\.)*)"/gs, (_, inner: string) =>
    inner.replaceAll(/\\(.)/gs, '$1'),
  )
}

function problem(why: string): ReadShorthand {
  return { kind: 'problem', why }
}
