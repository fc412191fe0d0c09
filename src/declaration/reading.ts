import type { Kind } from './field.ts'
import { below, type Problem } from './problem.ts'

/** A checked value, or what is wrong with it. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads a value that stands at `path`. */
export function readAs<T>(kind: Kind<T>, value: unknown, path: string): Reading<T> {
  const { success, data, error } = kind.type.safeParse(value)
  if (success) return { ok: true, value: data }
  const inner = error.issues.filter((issue) => issue.code === 'custom' && issue.path.length > 0)
  const problems = inner.map((issue) => ({
    path: below(path, ...issue.path),
    expected: issue.message,
    got: shown(kind, issue.path.reduce(within, value)),
  }))
  const whole = { path, expected: kind.expected, got: shown(kind, value) }
  return { ok: false, problems: problems.length > 0 ? problems : [whole] }
}

function within(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

/** The value, or where that may be a secret, what sort of thing it is. */
function shown({ isSecret }: Kind<unknown>, value: unknown): unknown {
  if (isSecret !== true) return value
  return Array.isArray(value) ? 'a list' : `a ${typeof value}, not shown`
}
