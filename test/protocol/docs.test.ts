import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { opNames, operations } from '../../src/protocol/operations.ts'

const text = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8')

/** The rows of the table that has a column of this name. */
function rowsUnder(column: string): readonly string[] {
  const lines = text.split('\n')
  const head = lines.findIndex((line) => line.startsWith('|') && line.includes(`| ${column} `))
  return lines.slice(head + 2, lines.indexOf('', head))
}

const namesIn = (cell: string | undefined): readonly string[] =>
  [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name)

test('the protocol page tells what every operation takes and answers', () => {
  const told = rowsUnder('Answers with').flatMap((row) => namesIn(row.split('|')[1]))

  expect(told.toSorted()).toEqual(opNames.toSorted())
})

test('the protocol page tells who may command every operation', () => {
  const rows = rowsUnder('Local door')
  const [reads, acts, locals] = rows.map((row) => namesIn(row.split('|')[1]).toSorted())
  const those = (is: (op: (typeof operations)['ping']) => boolean) =>
    opNames.filter((name) => is(operations[name])).toSorted()

  expect(reads).toEqual(those(({ isRead, isLocal }) => isRead && !isLocal))
  expect(acts).toEqual(those(({ isRead, isLocal }) => !isRead && !isLocal))
  expect(locals).toEqual(those(({ isLocal }) => isLocal))
})
