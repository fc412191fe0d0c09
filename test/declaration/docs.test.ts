import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkApp } from '../../src/declaration/check.ts'
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

test('the manual says of each field what the field says of itself', () => {
  const cells = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map(cellsOf)
  const said = new Map(
    cells.map(([name = '', , , , , doc = '']) => [name.replaceAll('`', ''), doc]),
  )

  const others = Object.entries(fields).filter(([name, { doc }]) => said.get(name) !== doc)

  expect(others.map(([name]) => name)).toEqual([])
})

test('the manual has every field, and says truly whether it acts', () => {
  const meant = Object.entries(fields).map(([name, { standing }]) => [name, standingOf(standing)])

  expect(standingsIn(page)).toEqual(Object.fromEntries(meant))
})

test('every app that the manual shows has only fields that there are, with values that they take', () => {
  const shown = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, body = '']) => body)
  const checked = shown.map((body) => checkApp({ path: body, raw: JSON.parse(body) }))

  expect(shown.length).toBeGreaterThan(3)
  expect(checked.flatMap(({ problems, warnings }) => [...problems, ...warnings])).toEqual([])
})
