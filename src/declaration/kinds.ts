import { constants } from 'node:os'
import { z } from 'zod'
import { parseBytes, parseMillis } from '../base/units.ts'
import type { Kind } from './field.ts'
import { wordsOf } from './words.ts'

/** Reads text into a value; undefined means that it is none. */
type Reader<T> = (raw: string | number) => T | undefined

/** A number, or the text of one: PM2 takes both everywhere. */
function numeric<T>(expected: string, read: Reader<T>): Kind<T> {
  const type = z.union([z.number(), z.string()]).transform((raw, context) => {
    const value = read(raw)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: expected })
    return z.NEVER
  })
  return { type, expected }
}

/** Takes numbers and digits in text, as PM2's files have both; never a fraction, nor one that a double cannot hold. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  const upTo =
    most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
  return numeric(`a whole number ${upTo}`, (raw) => {
    const value = integerOf(raw)
    return value !== undefined && value >= least && value <= most ? value : undefined
  })
}

/** More processes than this are a slip of the finger. */
const mostInstances = 1_000

/** How many instances there are to be; "max" is read as 0. */
export const count: Kind<number> = numeric(
  `a whole number up to ${mostInstances} or "max"`,
  (raw) => {
    const said = raw === 'max' ? 0 : integerOf(raw)
    return said !== undefined && said <= mostInstances ? said : undefined
  },
)

/** A length of time in ms; `least` in ms. */
export function duration(least = 0): Kind<number> {
  const atLeast = least === 0 ? '' : ` of at least ${least} ms`
  return numeric(`milliseconds or a time such as "5s"${atLeast}`, (raw) => {
    const ms = parseMillis(typeof raw === 'string' ? raw.trim() : raw)
    return ms !== undefined && ms >= least && ms <= Number.MAX_SAFE_INTEGER ? ms : undefined
  })
}

/** A size in bytes, or with K, M or G for powers of 1,024. */
export const size: Kind<number> = numeric('a size such as "150M"', (raw) => parseBytes(raw))

function integerOf(raw: string | number): number | undefined {
  if (typeof raw === 'string' && !/^\s*[+-]?\d+(\.0*)?\s*$/.test(raw)) return undefined
  const value = Number(raw)
  return Number.isSafeInteger(value) ? value : undefined
}

/** A truth value, also in quotes: variables and flags have only text. */
export const truth: Kind<boolean> = {
  type: z
    .union([z.boolean(), z.enum(['true', 'false'])])
    .transform((raw) => raw === true || raw === 'true'),
  expected: 'true or false',
}

/** The byte that ends C's strings: no process can be given it. */
const holdsNoNul = (raw: string): boolean => !raw.includes('\0')

/** Text that a process can be given: and not empty. */
const plainText = z.string().min(1).refine(holdsNoNul)

/**
 * Text that can be an argument or a variable of a process: not empty, no NUL. `expected` is what a problem says
 * should stand there.
 */
export function text(expected: string): Kind<string> {
  return { type: plainText, expected }
}

/** What `stop api#2`, `stop all` and a log line need to tell apart. */
export const serviceName: Kind<string> = {
  type: plainText.refine((raw) => raw !== 'all' && !/#\d+$|[\r\n]/.test(raw)),
  expected: 'a name on one line, other than "all" and not ending in #0, #1, …',
}

/** One of these words exactly, case and all; a problem lists them. */
export function oneOf<const T extends string>(...choices: readonly [T, ...T[]]): Kind<T> {
  const listed = choices.map((choice) => `"${choice}"`).join(' or ')
  return { type: z.enum(choices), expected: listed }
}

/** PM2's `exec_mode`, with and without its suffix `_mode`. */
export const execMode: Kind<'fork' | 'cluster'> = {
  type: z
    .enum(['fork', 'cluster', 'fork_mode', 'cluster_mode'])
    .transform((raw) => (raw.startsWith('fork') ? 'fork' : 'cluster')),
  expected: '"fork" or "cluster"',
}

const word = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .refine(holdsNoNul, 'text without a NUL byte')

/** Words as a list, or as one line that is split as a shell would. */
export function words(such: string): Kind<readonly string[]> {
  return {
    type: z.union([z.string().refine(holdsNoNul).transform(wordsOf), z.array(word)]),
    expected: `text or a list of texts such as ${such}`,
  }
}

const line = plainText.refine((raw) => raw.trim() !== '')

/** Lines for a shell: one, or a list of them. */
export function commands(such: string): Kind<readonly string[]> {
  return {
    type: z.union([line.transform((one) => [one]), z.array(line)]),
    expected: `a command such as ${such}, or a list of them`,
  }
}

const exitCode = wholeNumber(0, 255).type

/** Exit codes as a list, or one by itself. */
export const exitCodes: Kind<readonly number[]> = {
  type: z.union([exitCode.transform((code) => [code]), z.array(exitCode)]),
  expected: 'an exit code from 0 to 255, or a list of them',
}

/** `SIGTERM`, `sigterm` and `TERM` are the same. */
export const signal: Kind<NodeJS.Signals> = {
  type: z.string().transform((raw, context) => {
    const name = `SIG${raw.toUpperCase().replace(/^SIG/, '')}`
    if (isSignal(name)) return name
    context.addIssue({ code: 'custom', message: 'a signal' })
    return z.NEVER
  }),
  expected: 'a signal such as "SIGTERM"',
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name)
}

/** A field that a later version reads closely; `type` is what is sure about it already. */
export function loosely(expected: string, type: z.ZodType): Kind<unknown> {
  return { type, expected }
}
