import { nearest } from '../base/nearest.ts'
import type { Kind } from './field.ts'
import { duration, oneOf, wholeNumber } from './kinds.ts'
import { below, type Problem } from './problem.ts'
import { readAs } from './reading.ts'
import type { GroupSpec, Strategy } from './service.ts'
import { isRaw, type Raw, unknownField } from './raw.ts'

/** Who restarts with a member that failed, in the words of Erlang/OTP's supervisors. */
export const strategy: Kind<Strategy> = oneOf('one_for_one', 'one_for_all', 'rest_for_one')
/** How many failures of its members a group bears within {@link within}. */
export const most: Kind<number> = wholeNumber(1)
/** The window in which failures of a group are counted: ms, or text with a unit. */
export const within: Kind<number> = duration(1)

const defaultMax = 16
const defaultWindowMs = 60_000

interface Groups {
  readonly groups: readonly GroupSpec[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

/** Reads the top-level `groups` of a file, whose services have these namespaces. */
export function groupsFrom(raw: unknown, path: string, namespaces: ReadonlySet<string>): Groups {
  if (raw !== undefined && raw !== null && !isRaw(raw)) {
    const expected = 'an object such as {"payments": {"supervision": "one_for_all"}}'
    return { groups: [], problems: [{ path, expected, got: raw }], warnings: [] }
  }
  const declared = Object.entries(raw ?? {}).map(([name, group]) =>
    groupFrom(name, group, below(path, name)),
  )
  const strangers = declared
    .flatMap(({ groups }) => groups)
    .filter(({ name }) => !namespaces.has(name))
  return {
    groups: withDefaults(
      declared.flatMap(({ groups }) => groups),
      namespaces,
    ),
    problems: declared.flatMap(({ problems }) => problems),
    warnings: [
      ...declared.flatMap(({ warnings }) => warnings),
      ...strangers.map(({ name }) => `${below(path, name)}: no service has this namespace`),
    ],
  }
}

/**
 * A namespace of this file that says nothing is one_for_one, so that taking a group out of the file takes effect.
 * `default` is shared by all files that name no namespace: silence about it says nothing.
 */
function withDefaults(
  groups: readonly GroupSpec[],
  namespaces: ReadonlySet<string>,
): readonly GroupSpec[] {
  const named = new Set(groups.map(({ name }) => name))
  const silent = [...namespaces].filter((name) => name !== 'default' && !named.has(name))
  return [...groups, ...silent.map((name) => groupOf(name))]
}

/** A strategy alone, or an object with strategy and intensity. */
function groupFrom(name: string, raw: unknown, path: string): Groups {
  const group = isRaw(raw) ? raw : { supervision: raw }
  const { supervision } = group
  const at = below(path, 'supervision')
  if (!isRaw(supervision)) {
    const chosen = optionally(strategy, supervision, at)
    if (!chosen.ok) return failed(chosen.problems)
    const warnings = strangersIn(group, ['supervision'], path)
    return { groups: [groupOf(name, chosen.value)], problems: [], warnings }
  }
  const read = supervisionFrom(name, supervision, at)
  return {
    ...read,
    warnings: [...strangersIn(group, ['supervision'], path), ...read.warnings],
  }
}

function supervisionFrom(name: string, raw: Raw, path: string): Groups {
  const at = below(path, 'intensity')
  const intensity = raw['intensity'] ?? {}
  const chosen = optionally(strategy, raw['strategy'], below(path, 'strategy'))
  if (!isRaw(intensity)) {
    const expected = 'an object such as {"max": 16, "within": "60s"}'
    const problem = { path: at, expected, got: intensity }
    return failed([...(chosen.ok ? [] : chosen.problems), problem])
  }
  const max = optionally(most, intensity['max'], below(at, 'max'))
  const window = optionally(within, intensity['within'], below(at, 'within'))
  if (!chosen.ok || !max.ok || !window.ok) {
    return failed([chosen, max, window].flatMap((read) => (read.ok ? [] : read.problems)))
  }
  return {
    groups: [groupOf(name, chosen.value, max.value, window.value)],
    problems: [],
    warnings: [
      ...strangersIn(raw, ['strategy', 'intensity'], path),
      ...strangersIn(intensity, ['max', 'within'], at),
    ],
  }
}

function groupOf(
  name: string,
  chosen: Strategy = 'one_for_one',
  max: number = defaultMax,
  windowMs: number = defaultWindowMs,
): GroupSpec {
  return { name, strategy: chosen, intensity: { max, windowMs } }
}

function optionally<T>(
  kind: Kind<T>,
  value: unknown,
  path: string,
): ReturnType<typeof readAs<T | undefined>> {
  if (value === undefined || value === null) return { ok: true, value: undefined }
  return readAs(kind, value, path)
}

function strangersIn(raw: Raw, known: readonly string[], path: string): readonly string[] {
  return Object.keys(raw)
    .filter((key) => !known.includes(key))
    .map((key) => unknownField(below(path, key), nearest(key, known)))
}

function failed(problems: readonly Problem[]): Groups {
  return { groups: [], problems, warnings: [] }
}
