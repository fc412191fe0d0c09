import { expect, test } from 'vitest'
import { type HostReply, Tally } from '../../src/bus/tally.ts'

const word = (host: string, status: 'accepted' | 'done' | 'rejected'): HostReply<'restart'> => {
  if (status === 'accepted') return { host, status, op: 'restart' }
  if (status === 'rejected') return { host, status, reason: 'unsigned', message: 'not signed' }
  return { host, status, op: 'restart', result: { instances: [] }, ms: 1 }
}

test.each<[said: string, heard: number, elapsedMs: number, isComplete: boolean]>([
  ['', 1, 0, false],
  ['', 1, 1_999, false],
  ['', 1, 2_000, true],
  ['a done', 1, 5, true],
  ['a accepted', 1, 5, false],
  ['a accepted', 1, 60_000, false],
  ['a accepted, a done', 1, 5, true],
  ['a done', 2, 5, false],
  ['a done', 2, 2_000, true],
  ['a rejected, b done', 2, 5, true],
  ['a done, b accepted', 2, 2_000, false],
  ['a done, b accepted', 3, 60_000, false],
  ['a done, b done', 1, 5, true],
])('"%s" of %i that heard, after %i ms: complete is %s', (said, heard, elapsedMs, isComplete) => {
  const tally = new Tally<'restart'>()

  for (const one of said.split(', ').filter(Boolean)) {
    const [host = '', status] = one.split(' ')
    tally.take(word(host, status as 'accepted' | 'done' | 'rejected'))
  }

  expect(tally.isComplete(heard, elapsedMs)).toBe(isComplete)
})

test('the outcome has the last word of each, and counts who said nothing', () => {
  const tally = new Tally<'restart'>()

  tally.take(word('a', 'accepted'))
  tally.take(word('b', 'rejected'))
  tally.take(word('a', 'done'))

  expect(tally.outcome('r1', 4)).toEqual({
    id: 'r1',
    replies: [word('a', 'done'), word('b', 'rejected')],
    silent: 2,
  })
})
