import { describe, expect, test } from 'vitest'
import { EventPump } from '../../src/bus/event-pump.ts'
import { Outbox, type Parcel } from '../../src/bus/outbox.ts'
import type { Appended } from '../../src/bus/wire.ts'
import { eventOf } from './given.ts'

interface Call {
  readonly seq: number
  readonly previous: number
  readonly answer: (appended: Appended) => void
  readonly fail: (message: string) => void
}

const logged: Appended = { kind: 'logged', logId: '1-0', complaint: '' }

/** A pump over `count` events, and the calls it made to a log that answers when the test says so. */
function pumpOf(count: number) {
  const outbox = new Outbox(() => '{}')
  const calls: Call[] = []
  const told: string[] = []
  const append = ({ event, previous }: Parcel) =>
    new Promise<Appended>((answer, reject) => {
      calls.push({ seq: event.seq, previous, answer, fail: (text) => reject(new Error(text)) })
    })
  const pump = new EventPump({
    outbox,
    append,
    stopped: ({ kind, why }) => told.push(`stopped, ${kind}: ${why}`),
    poisoned: ({ seq }) => told.push(`poisoned ${seq}`),
    drained: () => told.push('drained'),
    complain: (why) => told.push(`complaint: ${why}`),
  })
  for (let seq = 1; seq <= count; seq += 1) outbox.push(eventOf(seq))
  const sent = () => calls.map(({ seq }) => seq)
  return { pump, outbox, calls, told, sent }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('at most 64 events are on their way, and each answer lets the next one go', async () => {
  const { pump, calls, outbox } = pumpOf(100)

  pump.start()
  expect(calls).toHaveLength(64)
  calls[0]?.answer(logged)
  await settled()

  expect(calls).toHaveLength(65)
  expect(calls[64]).toMatchObject({ seq: 65, previous: 64 })
  expect(outbox.size).toBe(99)
})

test('an event that comes later leaves at once', async () => {
  const { pump, outbox, sent, calls, told } = pumpOf(0)
  pump.start()

  outbox.push(eventOf(1))
  pump.poke()
  calls[0]?.answer({ kind: 'dup' })
  await settled()

  expect(sent()).toEqual([1])
  expect(told).toEqual(['drained'])
})

describe('after a failure', () => {
  test('it stops, and sends all that is unconfirmed again, in order', async () => {
    const { pump, calls, told, sent } = pumpOf(3)
    pump.start()

    calls[0]?.answer(logged)
    await settled()
    calls[1]?.fail('OOM full')
    await settled()
    pump.start()

    expect(told).toEqual(['stopped, closed-to-writes: OOM full'])
    expect(sent()).toEqual([1, 2, 3, 2, 3])
  })

  test('answers to what was sent before are ignored', async () => {
    const { pump, calls, outbox } = pumpOf(3)
    pump.start()
    calls[0]?.fail('Command timed out')
    await settled()
    pump.start()

    calls[2]?.answer(logged)
    await settled()

    expect(outbox.size).toBe(3)
  })

  test('a log that lacks an earlier event stops it too', async () => {
    const { pump, calls, told } = pumpOf(2)
    pump.start()

    calls[1]?.answer({ kind: 'behind' })
    await settled()

    expect(told).toEqual(['stopped, unknown: the log lacks an earlier event'])
  })
})

test('an event that the server refuses three times does not block those behind it', async () => {
  const { pump, calls, told, sent } = pumpOf(2)

  for (const attempt of [0, 2, 4]) {
    pump.start()
    calls[attempt]?.fail('ERR no')
    await settled()
  }
  pump.start()

  expect(told).toContain('poisoned 1')
  expect(sent()).toEqual([1, 2, 1, 2, 1, 2, 2])
  expect(calls.at(-1)).toMatchObject({ previous: 0 })
})

test('an event that is refused only because of the server’s condition is never given up', async () => {
  const { pump, calls, outbox } = pumpOf(1)

  for (let attempt = 0; attempt < 10; attempt += 1) {
    pump.start()
    calls[attempt]?.fail('NOREPLICAS Not enough good replicas to write.')
    await settled()
  }

  expect(outbox.size).toBe(1)
})

test('what came with an event and was forbidden is complained of', async () => {
  const { pump, calls, told } = pumpOf(1)
  pump.start()

  calls[0]?.answer({ ...logged, complaint: 'NOPERM channel' })
  await settled()

  expect(told).toEqual(['complaint: NOPERM channel', 'drained'])
})
