import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventFrom } from '../../src/protocol/envelope.ts'
import { limits } from '../../src/protocol/limits.ts'

const producer = { ns: 'main', host: 'laptop', epoch: 'e' }
const at = new Date(0)

function sizeOf(event: unknown): number {
  return Buffer.byteLength(JSON.stringify(event))
}

test('an event that would be too large loses the end of its longest text, and nothing else', () => {
  const data = { class: 'preflight', why: 'y'.repeat(100_000), hint: 'make room' } as const

  const event = eventFrom(
    { type: 'instance.start_failed', service: 'api', slot: 0, data },
    producer,
    1,
    at,
  )

  expect(sizeOf(event)).toBeLessThanOrEqual(limits.eventBytes)
  expect(event.data).toMatchObject({ service: 'api', class: 'preflight', hint: 'make room' })
  expect(event.data['why']).toMatch(/^y{1000,}…$/)
})

test('an event of the usual size is as it was told', () => {
  const data = { guardPid: 1, argv: ['node', 'x'.repeat(4_000)] }

  const event = eventFrom({ type: 'instance.spawned', data }, producer, 1, at)

  expect(event.data).toMatchObject(data)
})

test('whatever is told, an event is no larger than it may be', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer({ min: 1, max: 20_000 }).map((count) => '🎭\u0001'.repeat(count)),
  )
  const argv = fc.oneof(
    fc.array(text),
    fc.integer({ min: 1, max: 20_000 }).map((count) => Array.from({ length: count }, () => 'a')),
  )

  fc.assert(
    fc.property(argv, text, (words, by) => {
      const data = { guardPid: 1, argv: words }

      const event = eventFrom({ type: 'instance.spawned', by, data }, producer, 1, at)

      expect(sizeOf(event)).toBeLessThanOrEqual(limits.eventBytes)
      expect(JSON.stringify(event)).not.toMatch(/\\ud83c/)
    }),
    { numRuns: 50 },
  )
})
