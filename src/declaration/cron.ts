import { createRequire } from 'node:module'
import type * as CronParser from 'cron-parser'
import type { Times } from './triggers.ts'

/** Loaded by the first pattern: it costs as much time as the rest of a `start`. */
let parser: typeof CronParser | undefined

function load(): typeof CronParser {
  // The checks of a declaration are synchronous, so `import()` is no way to be late.
  parser ??= createRequire(import.meta.url)('cron-parser') as typeof CronParser
  return parser
}

const nickname =
  /^@(yearly|annually|monthly|weekly|daily|hourly|minutely|secondly|weekdays|weekends)$/

/**
 * Whether a text is a pattern of five or six fields, or a name such as `@daily`.
 *
 * The library also takes fewer fields, and an `H` that means another time at each reading: both surprise.
 */
export function isCron(text: string): boolean {
  const fields = text.trim().split(/\s+/)
  const isWhole = fields.length === 5 || fields.length === 6
  if (!isWhole && !nickname.test(text.trim())) return false
  if (isWhole && fields.some((field) => /(^|[,/-])H/.test(field))) return false
  return nextTime({ cron: text, timezone: 'UTC' }, new Date(0)) !== undefined
}

/** Whether a text names a time zone. */
export function isTimezone(text: string): boolean {
  return nextTime({ cron: '@daily', timezone: text }, new Date(0)) !== undefined
}

/**
 * The first time after `after`; undefined when there is none.
 *
 * Where clocks are put forward, a time that does not exist that day is the same stretch after midnight; where they
 * are put back, one that exists twice is the first of the two, unless the pattern fires every hour anyway.
 */
export function nextTime({ cron, timezone }: Times, after: Date): Date | undefined {
  try {
    const zone = timezone === undefined ? {} : { tz: timezone }
    const times = load().CronExpressionParser.parse(cron.trim(), { ...zone, currentDate: after })
    return times.next().toDate()
  } catch {
    // No such time within the library's horizon, or no pattern at all.
    return undefined
  }
}

/** The last time that is not after `until`; undefined when there is none. */
export function lastTime({ cron, timezone }: Times, until: Date): Date | undefined {
  try {
    const zone = timezone === undefined ? {} : { tz: timezone }
    const currentDate = new Date(until.getTime() + 1)
    return load()
      .CronExpressionParser.parse(cron.trim(), { ...zone, currentDate })
      .prev()
      .toDate()
  } catch {
    return undefined
  }
}

/** A pattern as a sentence names it: `0 3 * * *` (Europe/Berlin). */
export function showTimes({ cron, timezone }: Times): string {
  return `\`${cron}\`${timezone === undefined ? '' : ` (${timezone})`}`
}
