/** What would reach beyond the settings themselves. */
const refused = ['__proto__', 'constructor', 'prototype']

/**
 * Parts a name such as `module:key`, `a.b.c` or `"a.b":c`; quotes keep what is between them together.
 *
 * @throws Error for a name that cannot be meant
 */
export function settingPath(name: string): readonly string[] {
  const parts = [...name.matchAll(/"([^"]*)"|'([^']*)'|([^.:"']+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
  if (parts.length === 0 || parts.some((part) => part === '' || refused.includes(part))) {
    throw new Error(`${name} cannot be the name of a setting`)
  }
  return parts
}

/** Settings, as they stand in the file: texts, below as many names as somebody chose. */
export type Settings = { readonly [name: string]: string | Settings }

/** A setting or a whole branch; undefined where the path leads nowhere. Inherited members are none. */
export function valueAt(
  settings: Settings,
  path: readonly string[],
): string | Settings | undefined {
  return path.reduce<string | Settings | undefined>(
    (at, part) => (typeof at === 'object' && Object.hasOwn(at, part) ? at[part] : undefined),
    settings,
  )
}

/** @param value undefined: there is none any more */
export function withValue(
  settings: Settings,
  [first = '', ...rest]: readonly string[],
  value: string | undefined,
): Settings {
  const before = Object.hasOwn(settings, first) ? settings[first] : undefined
  if (rest.length > 0) {
    if (value === undefined && before === undefined) return settings
    const below = typeof before === 'object' ? before : {}
    return { ...settings, [first]: withValue(below, rest, value) }
  }
  if (value !== undefined) return { ...settings, [first]: value }
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== first))
}

/** Every text with its whole name, in PM2's spelling. */
export function settingNames(settings: Settings): readonly (readonly [string, string])[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[name, value] as const]
      : settingNames(value).map(([rest, text]) => [`${name}:${rest}`, text] as const),
  )
}

/** `multiset` takes pairs in one text: `a:b 1 c:d "two words"`. */
export function pairsIn(text: string): readonly (readonly [string, string])[] {
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
  if (words.length % 2 === 1) throw new Error(`${words.at(-1)} has no value`)
  return words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ''] as const] : []))
}
