import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Standing } from '../../src/declaration/field.ts'
import { fields } from '../../src/declaration/fields.ts'

const page = readFileSync(new URL('../../docs/declarations.md', import.meta.url), 'utf8')

/** What the manual says of the standing of each field, by its name. */
function standingsIn(markdown: string): Readonly<Record<string, string | undefined>> {
  const [, table = ''] = markdown.split('## Every field')
  const rows = table.split('\n').filter((line) => /^\| `[a-zA-Z]\w*` /.test(line))
  return Object.fromEntries(
    rows.map((row) => {
      const [name = '', , , , standing] = cellsOf(row)
      return [name.replaceAll('`', ''), standing] as const
    }),
  )
}

function cellsOf(row: string): readonly string[] {
  const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim())
  return cells.slice(1, -1)
}

function standingOf(standing: Standing): string {
  if (standing.kind === 'active') return 'active'
  return standing.kind === 'later' ? 'not active yet' : `does nothing here: ${standing.why}`
}

test('the manual has every field, and says truly whether it acts', () => {
  const meant = Object.entries(fields).map(([name, { standing }]) => [name, standingOf(standing)])

  expect(standingsIn(page)).toEqual(Object.fromEntries(meant))
})
