import type { CheckedApp } from './check.ts'
import { below, type Problem } from './problem.ts'

/** A piece of the time, in the words of day.js. */
export type TimeToken = (typeof tokens)[number]

/** A time format, in pieces. */
export type TimeFormat = readonly ({ readonly token: TimeToken } | { readonly text: string })[]

/** What is written with each line of a log; without a format the time of an object is ISO 8601. */
export type LogStamp =
  | { readonly kind: 'text'; readonly format: TimeFormat }
  | { readonly kind: 'json'; readonly format?: TimeFormat }

const tokens = ['YYYY', 'MM', 'DD', 'HH', 'mm', 'ss', 'SSS', 'Z'] as const

/** What `time` stands for, and `log_date_format: true`. */
const plainFormat = 'YYYY-MM-DDTHH:mm:ss'

/** Everything that day.js replaces; what stands in brackets is meant as it is. */
const dayjs = /\[([^\]]+)\]|Y{1,4}|M{1,4}|D{1,2}|d{1,4}|H{1,2}|h{1,2}|a|A|m{1,2}|s{1,2}|Z{1,2}|SSS/g

/** What an app says of stamps; undefined where its lines are to be written as they are. */
export function stampOf(app: CheckedApp): LogStamp | undefined {
  const said = saidFormat(app)
  const format = said === undefined ? undefined : parse(said).format
  if (app.values.log_type === 'json') return { kind: 'json', ...(format && { format }) }
  return format && { kind: 'text', format }
}

/** Objects to a format with words that only day.js knows. */
export function stampProblems(app: CheckedApp): readonly Problem[] {
  const said = saidFormat(app)
  if (said === undefined || app.broken.has('log_date_format')) return []
  const { strange } = parse(said)
  if (strange.length === 0) return []
  return [
    {
      path: below(app.path, app.spellings.get('log_date_format') ?? 'log_date_format'),
      expected: `a format of ${tokens.join(', ')}`,
      got: said,
      hint: `not ${strange.join(', ')}; text stands in brackets: [at]`,
    },
  ]
}

function saidFormat({ values }: CheckedApp): string | undefined {
  const { log_date_format: format, time } = values
  if (typeof format === 'string') return format
  return format === true || time === true ? plainFormat : undefined
}

function parse(said: string): { readonly format: TimeFormat; readonly strange: readonly string[] } {
  const pieces: ({ readonly token: TimeToken } | { readonly text: string })[] = []
  const strange: string[] = []
  let from = 0
  for (const match of said.matchAll(dayjs)) {
    const [word, quoted] = match
    if (match.index > from) pieces.push({ text: said.slice(from, match.index) })
    if (quoted !== undefined) pieces.push({ text: quoted })
    else if (isToken(word)) pieces.push({ token: word })
    else strange.push(word)
    from = match.index + word.length
  }
  if (from < said.length) pieces.push({ text: said.slice(from) })
  return { format: pieces, strange: [...new Set(strange)] }
}

function isToken(word: string): word is TimeToken {
  return (tokens as readonly string[]).includes(word)
}
