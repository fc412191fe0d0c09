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

/** How much room a text takes, without its colours. */
export function width(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length
}

function pad(cell: string, to: number, isRight: boolean): string {
  const gap = ' '.repeat(Math.max(0, to - width(cell)))
  return isRight ? gap + cell : cell + gap
}
