import { z } from 'zod'
import type { Kind } from './field.ts'
import { text, truth } from './kinds.ts'

/** Which variables of the shell a service does not get. Those that it declares itself are never touched. */
export type EnvFilter =
  | { readonly kind: 'exactly'; readonly name: string }
  /** Every variable whose name contains one of these. */
  | { readonly kind: 'containing'; readonly parts: readonly string[] }
  /** Every variable but those that a program needs to run at all. */
  | { readonly kind: 'all' }

/** As a file says it. */
export type SaidEnvFilter = boolean | string | readonly string[]

const name = text('').type

/** `filter_env` in all three spellings that PM2 takes; {@link envFilterOf} says what they mean. */
export const envFilter: Kind<SaidEnvFilter> = {
  type: z.union([truth.type, name, z.array(name)]),
  expected: 'true, false, the name of a variable or a list of parts of names',
}

/** Undefined where nothing is filtered. */
export function envFilterOf(said: SaidEnvFilter | undefined): EnvFilter | undefined {
  if (said === undefined || said === false) return undefined
  if (said === true) return { kind: 'all' }
  if (typeof said === 'string') return { kind: 'exactly', name: said }
  return said.length === 0 ? undefined : { kind: 'containing', parts: said }
}
