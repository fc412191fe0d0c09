import { expect, test } from 'vitest'
import { highlighter } from '../../src/cli/highlight.ts'

const mark = (text: string): string => `[${text}]`

test.each([
  ['timeout', 'a timeout, a TIMEOUT', 'a [timeout], a TIMEOUT'],
  ['/time ?out/i', 'a time out, a TIMEOUT', 'a [time out], a [TIMEOUT]'],
  ['a.b', 'a.b axb', '[a.b] axb'],
  ['/x*/', 'yxxy', 'y[xx]y'],
  ['', 'as it is', 'as it is'],
])('%s is marked in "%s"', (wanted, line, expected) => {
  expect(highlighter(wanted, mark)(line)).toBe(expected)
})

test('what is no pattern is refused', () => {
  expect(() => highlighter('/(/', mark)).toThrow('--highlight: /(/ is no pattern')
})
