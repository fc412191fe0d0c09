import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WordQueue } from '../../../src/process/agent/word-queue.ts'

const said = (n: number) => ({ kind: 'message', data: n }) as const
const wide = { words: 1_000, bytes: 1024 ** 2 }
const waiting = (outbox: WordQueue, behind = 0): readonly number[] =>
  outbox.behind(behind).map(({ seq }) => seq)

function filled(count: number, bounds = wide): WordQueue {
  const outbox = new WordQueue(bounds)
  for (let n = 1; n <= count; n++) outbox.add(said(n))
  return outbox
}

test('words are numbered from one and wait in order', () => {
  expect(filled(2).behind(0)).toEqual([
    { seq: 1, word: said(1) },
    { seq: 2, word: said(2) },
  ])
})

test('what was sent on this connection is not offered again', () => {
  expect(waiting(filled(3), 2)).toEqual([3])
  expect(waiting(filled(3), 3)).toEqual([])
})

test('what was heard is forgotten, also when later words were heard than are known here', () => {
  const outbox = filled(3)

  outbox.heard(2)
  expect(waiting(outbox)).toEqual([3])
  outbox.heard(7)
  expect(outbox.isEmpty).toBe(true)
})

test('beyond a number of words the oldest go, and their numbers are missing', () => {
  expect(waiting(filled(5, { ...wide, words: 3 }))).toEqual([3, 4, 5])
})

test('metrics go before anything else, the oldest first', () => {
  const outbox = filled(2, { ...wide, words: 3 })

  for (const users of [1, 2, 3]) {
    outbox.add({ kind: 'message', data: { type: 'axm:monitor', data: { users } } })
  }

  expect(waiting(outbox)).toEqual([1, 2, 5])
})

test('beyond a size the oldest go, but the newest always stays', () => {
  const outbox = filled(3, { ...wide, bytes: 100 })

  outbox.add({ kind: 'message', data: 'x'.repeat(1_000) })

  expect(waiting(outbox)).toEqual([4])
  outbox.add(said(5))
  expect(waiting(outbox)).toEqual([5])
})

test('words that were heard take no room', () => {
  const outbox = filled(3, { ...wide, words: 3 })

  outbox.heard(3)
  for (let n = 4; n <= 6; n++) outbox.add(said(n))

  expect(waiting(outbox)).toEqual([4, 5, 6])
})

test('what cannot be written as JSON is refused, and takes no number', () => {
  const outbox = filled(1)

  expect(() => outbox.add({ kind: 'message', data: 1n })).toThrow(TypeError)
  outbox.add(said(2))

  expect(waiting(outbox)).toEqual([1, 2])
})

test('however words and answers follow each other: what waits is in order and was not heard', () => {
  const step = fc.oneof(fc.constant('say' as const), fc.nat(60))

  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const outbox = new WordQueue({ words: 10, bytes: 1_000 })
      let [last, heard] = [0, 0]
      for (const one of steps) {
        if (one === 'say') outbox.add(said(++last))
        else outbox.heard((heard = Math.max(heard, Math.min(one, last))))
      }
      const seqs = waiting(outbox)
      expect(seqs.length).toBeLessThanOrEqual(10)
      const first = Math.max(heard, last - seqs.length) + 1
      expect(seqs).toEqual(seqs.map((_, n) => first + n))
      expect([last, undefined]).toContain(seqs.at(-1))
    }),
  )
})
