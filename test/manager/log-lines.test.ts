import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, longestLine, LogLines } from '../../src/manager/log-lines.ts'

const bytes = (text: string): Buffer => Buffer.from(text)

test('a line is handed on once its break has come, with where it ends', () => {
  const lines = new LogLines(100)

  const read = [...lines.take(bytes('one\ntw')), ...lines.take(bytes('o\n\nthr'))]

  expect(read).toEqual([
    { text: 'one', end: 104, isWhole: true },
    { text: 'two', end: 108, isWhole: true },
    { text: '', end: 109, isWhole: true },
  ])
  expect(lines.rest).toBe('thr')
})

test('a line that never ends comes in pieces that say so', () => {
  const lines = new LogLines(0)

  const pieces = lines.take(bytes('x'.repeat(3 * longestLine) + '\nnext\n'))

  const x = 'x'.repeat(longestLine)
  expect(pieces.map(({ text }) => text)).toEqual([x + cut, cut + x + cut, cut + x, 'next'])
  expect(pieces.map(({ isWhole }) => isWhole)).toEqual([false, false, true, true])
})

test('what is flushed goes on as a continuation', () => {
  const lines = new LogLines(0)
  lines.take(bytes('password: '))

  const flushed = lines.flush()

  expect(flushed).toEqual([{ text: `password: ${cut}`, end: 10, isWhole: false }])
  expect(lines.flush()).toEqual([])
  expect(lines.take(bytes('accepted\n'))).toEqual([
    { text: `${cut}accepted`, end: 19, isWhole: true },
  ])
})

test('whatever the chunks, nothing is lost, repeated or torn within a character', () => {
  const long = fc.nat(3).map((count) => '€'.repeat((count * longestLine) / 2))
  const line = fc.oneof(fc.string({ unit: 'binary' }), long)
  const texts = fc.array(
    line.map((each) => each.replaceAll(/[\n…]/g, '')),
    { maxLength: 6 },
  )
  const sizes = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 5 })

  fc.assert(
    fc.property(texts, sizes, (written, chunkSizes) => {
      const all = bytes(written.map((each) => `${each}\n`).join(''))
      const lines = new LogLines(0)
      let text = ''
      let end = 0
      for (let at = 0, turn = 0; at < all.length; turn++) {
        const size = chunkSizes[turn % chunkSizes.length] ?? 1
        for (const each of lines.take(all.subarray(at, at + size))) {
          expect(Buffer.byteLength(each.text)).toBeLessThanOrEqual(longestLine + 6)
          text += each.text.replaceAll(cut, '') + (each.isWhole ? '\n' : '')
          end = each.end
        }
        at += size
      }
      expect(text).toBe(all.toString('utf8'))
      expect(end).toBe(all.length)
    }),
    { numRuns: 20 },
  )
})
