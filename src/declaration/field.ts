import type { z } from 'zod'

/** What values a field takes. */
export interface Kind<T> {
  readonly type: z.ZodType<T>
  /** Completes "expected …". */
  readonly expected: string
  /** Its values are not to be shown. */
  readonly isSecret?: true
}

/** Whether Troupe does today what a field asks for. */
export type Standing =
  | { readonly kind: 'active' }
  /** Accepted now, done by a later version. */
  | { readonly kind: 'later'; readonly isOff: (value: unknown) => boolean }
  /** Accepted for the sake of PM2's files; there is nothing to do. */
  | {
      readonly kind: 'moot'
      readonly why: string
      readonly isOff: (value: unknown) => boolean
    }

/** One field of an app. */
export interface Field<T = unknown> {
  readonly kind: Kind<T>
  /** One or two sentences for editors and the manual. */
  readonly doc: string
  /** Other names, in PM2's order; the camelCase form of every name is understood besides. */
  readonly aliases?: readonly string[]
  /** What holds when it is not set. */
  readonly fallback?: T
  readonly standing: Standing
}

/** The field does what it says: nothing is announced of it. */
export const active: Standing = { kind: 'active' }

/** Behaviour that comes later; a value that turns the feature off needs no announcement. */
export const later: Standing = { kind: 'later', isOff: isFalsy }

/**
 * The field is taken and has no effect here, for the reason `why`, which is announced unless the value turns it
 * off anyway.
 */
export function moot(why: string, isOff: (value: unknown) => boolean = isFalsy): Standing {
  return { kind: 'moot', why, isOff }
}

/** For fields that merely inform: nobody misses anything. */
export const informs: Standing = moot('it merely informs', () => true)

function isFalsy(value: unknown): boolean {
  return !value || value === '0' || (Array.isArray(value) && value.length === 0)
}
