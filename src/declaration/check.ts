import { nearest } from '../base/nearest.ts'
import { canonicalNames, environmentPrefix, fields, spellingsOf } from './fields.ts'
import { below, type Problem } from './problem.ts'
import { readAs } from './reading.ts'
import { type Raw, type RawApp, unknownField } from './raw.ts'
import type { Values } from './values.ts'
import { type Variables, variables } from './variables.ts'

/** An app whose fields were read one by one; what they mean together is for {@link normalise}. */
export interface CheckedApp {
  readonly path: string
  readonly values: Values
  /** By the name after `env_`. */
  readonly environments: ReadonlyMap<string, Variables>
  /** Fields that ask for something which does not happen, as they were written, with their canonical names. */
  readonly passive: readonly { readonly name: string; readonly spelling: string }[]
  /** How the author wrote each field, by canonical name. */
  readonly spellings: ReadonlyMap<string, string>
  /** Canonical names of the fields that have a problem: nothing is to be concluded from their values. */
  readonly broken: ReadonlySet<string>
}

interface Checked {
  readonly app: CheckedApp
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

/** Checks every field of an app by itself. Null means "not set", as in PM2; any other value counts, false and 0 too. */
export function checkApp({ path, raw }: RawApp): Checked {
  const { said, warnings } = saidIn(raw, path)
  const read = said.map((field) => ({
    ...field,
    result: readAs(fields[field.name]?.kind ?? variables, field.value, below(path, field.spelling)),
  }))
  const known = read.filter(({ name }) => name in fields)
  const environments = read.filter(({ name }) => !(name in fields))
  return {
    app: {
      path,
      values: valuesFrom(
        known.flatMap(({ name, result }) => (result.ok ? [[name, result.value]] : [])),
      ),
      environments: new Map(
        environments.map(({ name, result }) => [
          name.slice(environmentPrefix.length),
          // Only `variables` reads these.
          (result.ok ? result.value : {}) as Variables,
        ]),
      ),
      passive: known.filter(({ name, result }) => result.ok && isMissed(name, result.value)),
      spellings: new Map(known.map(({ name, spelling }) => [name, spelling])),
      broken: new Set(read.flatMap(({ name, result }) => (result.ok ? [] : [name]))),
    },
    problems: read.flatMap(({ result }) => (result.ok ? [] : result.problems)),
    warnings,
  }
}

interface Said {
  /** Canonical. */
  readonly name: string
  readonly spelling: string
  readonly value: unknown
}

/** One entry for each field; where a field is said twice, its best name counts. */
function saidIn(
  raw: Raw,
  path: string,
): { readonly said: readonly Said[]; readonly warnings: readonly string[] } {
  const present = new Map(
    Object.entries(raw).filter(([, value]) => value !== null && value !== undefined),
  )
  const strangers = [...present.keys()].filter((key) => canonicalOf(key) === undefined)
  const names = new Set([...present.keys()].flatMap((key) => canonicalOf(key) ?? []))
  const spoken = [...names].map((name) => ({
    name,
    spellings: name in fields ? spellingsOf(name).filter((each) => present.has(each)) : [name],
  }))
  return {
    said: spoken.map(({ name, spellings: [spelling = name] }) => ({
      name,
      spelling,
      value: present.get(spelling),
    })),
    warnings: [
      ...strangers.map((key) => unknownField(below(path, key), nearest(key, knownNames))),
      ...spoken.flatMap(({ spellings: [used = '', ...others] }) =>
        others.map((other) => `${below(path, other)} is not used: ${used} says the same`),
      ),
    ],
  }
}

const knownNames: readonly string[] = [...canonicalNames.keys()]

function canonicalOf(key: string): string | undefined {
  return canonicalNames.get(key) ?? (/^env_\S*$/.test(key) ? key : undefined)
}

function isMissed(name: string, value: unknown): boolean {
  const standing = fields[name]?.standing
  return standing !== undefined && standing.kind !== 'active' && !standing.isOff(value)
}

function valuesFrom(read: readonly (readonly [string, unknown])[]): Values {
  const fallbacks = Object.entries(fields).flatMap(([name, { fallback }]) =>
    fallback === undefined ? [] : [[name, fallback] as const],
  )
  // The type of the table promises for each field what its kind reads, and a fallback where none may be missing.
  return Object.fromEntries([...fallbacks, ...read]) as unknown as Values
}
