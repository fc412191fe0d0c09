import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lines } from '../../src/control/lines.ts'

test('however the bytes are cut, the same lines come out', () => {
  const line = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('\n'))
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 40 })), (sent, cuts) => {
      const bytes = Buffer.from(sent.map((text) => `${text}\n`).join(''))
      const lines = new Lines(10_000)
      const heard: string[] = []
      let from = 0
      for (const length of [...cuts, bytes.length]) {
        heard.push(...lines.take(bytes.subarray(from, from + length)))
        from += length
      }

      expect(heard).toEqual(sent.map((text) => Buffer.from(text).toString()))
    }),
  )
})

test('a line that grows too large is refused before its end is there', () => {
  const lines = new Lines(10)
  expect([...lines.take(Buffer.from('0123456789\n01234'))]).toEqual(['0123456789'])

  expect(() => [...lines.take(Buffer.from('567890'))]).toThrow('a frame is larger than 10 bytes')
})

test('what stands before a line that is too large is heard', () => {
  const heard: string[] = []
  const read = () => {
    for (const line of new Lines(4).take(Buffer.from('good\nlarge\n'))) heard.push(line)
  }

  expect(read).toThrow(expect.objectContaining({ code: 'E_TOO_LARGE' }))
  expect(heard).toEqual(['good'])
})
