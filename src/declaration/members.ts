import { z } from 'zod'
import { nearest } from '../base/nearest.ts'
import type { Kind } from './field.ts'
import { readAs } from './reading.ts'

/** The kind of each member of an object. */
export type Members<T> = { readonly [K in keyof T]-?: Kind<Exclude<T[K], undefined>> }

/**
 * An object whose members are read one by one: a problem has the path of its member, and a
 * member that nobody knows is one.
 */
export function membersOf<T extends object>(
  expected: string,
  members: Members<T>,
  moot: readonly string[] = [],
): Kind<Partial<T>> {
  const kinds = new Map(Object.entries<Kind<unknown>>(members))
  const type = z.record(z.string(), z.unknown()).transform((given, context) => {
    const said = Object.entries(given).filter(
      ([name, value]) => value !== null && value !== undefined && !moot.includes(name),
    )
    const read = said.map(([name, value]) => {
      const kind = kinds.get(name)
      const reading = kind && readAs(kind, value, '')
      if (reading?.ok === true) return [name, reading.value] as const
      const message = kind?.expected ?? strangerTo([...kinds.keys()], name)
      context.addIssue({ code: 'custom', message, path: [name] })
      return [name, undefined] as const
    })
    // Each member was read by its kind just now.
    return Object.fromEntries(read) as Partial<T>
  })
  return { type, expected }
}

function strangerTo(known: readonly string[], name: string): string {
  const [meant] = nearest(name, known)
  return meant === undefined ? `one of ${known.join(', ')}` : `the name "${meant}"`
}
