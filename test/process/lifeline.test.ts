import { expect, test } from 'vitest'
import { parseNote } from '../../src/process/lifeline.ts'

test('a lifeline says who the main process is, and how it ended', () => {
  expect(parseNote('main 42 (sh) S 1')).toEqual({ kind: 'main', note: '42 (sh) S 1' })
  expect(parseNote('exit 137')).toEqual({ kind: 'exit', status: 137 })
})

const accidents = ['', 'exit', 'exit ', 'exit x', 'exit 1 2', ' exit 1', 'mainly', '\0\0exit 1']

test.each(accidents)('%j, written by a service, says nothing', (line) => {
  expect(parseNote(line)).toBeUndefined()
})
