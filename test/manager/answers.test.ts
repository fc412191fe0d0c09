import { expect, test } from 'vitest'
import { answers } from '../../src/manager/answers.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

function lab() {
  const sent: string[] = []
  const answer = answers({
    ns: 'main',
    host: 'a',
    clock: new FakeClock(),
    reply: (_, body) => sent.push(body),
  })
  return { sent, answer }
}

const done = {
  status: 'done',
  op: 'logs',
  result: { lines: ['x'.repeat(100_000)] },
  ms: 1,
} as const

test('an answer that is too large for Redis says so instead of stopping everybody', () => {
  const { sent, answer } = lab()

  answer({ id: 'r1', via: 'redis' }, done)

  expect(sent[0]?.length).toBeLessThan(1_000)
  expect(JSON.parse(sent[0] ?? '')).toMatchObject({
    causationid: 'r1',
    data: { status: 'done', result: { truncated: true } },
  })
})

test('through the local door it is sent whole', () => {
  const { sent, answer } = lab()

  answer({ id: 'r1', via: 'local' }, done)

  expect(JSON.parse(sent[0] ?? '')).toMatchObject({ data: done })
})
