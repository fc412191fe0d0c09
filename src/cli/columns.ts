import { stripVTControlCharacters } from 'node:util'

/**
 * Lines up cells in columns, two spaces apart; the first row is the head.
 *
 * Ours, and not cli-table3: loading that one costs a third of a whole `node -e 0`,
 * and `list` has less than one of those to spare (DESIGN, "Budgets").
 */
export function columns(
  rows: readonly (readonly string[])[],
  { right = [] }: { readonly right?: readonly number[] } = {},
): string {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...rows.map((row) => width(row[at] ?? ''))),
  )
  const lines = rows.map((row) =>
    row.map((cell, at) => pad(cell, widths[at] ?? 0, right.includes(at))).join('  '),
  )
  return lines.map((line) => line.trimEnd()).join('\n')
}

/** Takes two columns on a terminal: Chinese, Japanese and Korean, their punctuation, and pictures. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Script=Han}|\p{Emoji_Presentation}/u
/** Stands on the letter before it. */
const narrow = /[\p{Mn}\p{Me}\p{Cf}]/u

/** How much room a text takes on a terminal, without its colours. */
export function width(text: string): number {
  const plain = stripVTControlCharacters(text)
  if (/^[\u0020-\u007E]*$/.test(plain)) return plain.length
  return Array.from(plain).reduce(
    (sum, each) => sum + (narrow.test(each) ? 0 : wide.test(each) ? 2 : 1),
    0,
  )
}

function pad(cell: string, to: number, isRight: boolean): string {
  const gap = ' '.repeat(Math.max(0, to - width(cell)))
  return isRight ? gap + cell : cell + gap
}
