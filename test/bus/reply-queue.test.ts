import { expect, test } from 'vitest'
import { ReplyQueue } from '../../src/bus/reply-queue.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

function queueOf() {
  const clock = new FakeClock()
  const sent: string[] = []
  const lines: string[] = []
  const failures: string[] = []
  const queue = new ReplyQueue({
    clock,
    log: (line) => lines.push(line),
    send: async ({ status }) => {
      const failure = failures.shift()
      if (failure !== undefined) throw new Error(failure)
      sent.push(status)
    },
  })
  const add = (status: string) => queue.add({ commandId: 'r1', status, body: '{}' })
  return { clock, queue, sent, lines, failures, add }
}

test('replies wait for Redis and then leave in order', async () => {
  const { queue, sent, add } = queueOf()

  const both = Promise.all([add('accepted'), add('done')])
  expect(sent).toEqual([])
  queue.start()
  await both

  expect(sent).toEqual(['accepted', 'done'])
})

test('a reply that may not have arrived is tried again before the next one', async () => {
  const { clock, queue, sent, failures, add } = queueOf()
  failures.push('Command timed out')
  queue.start()

  const both = Promise.all([add('accepted'), add('done')])
  await expect.poll(() => clock.armed).toBe(1)
  clock.advance(500)
  await both

  expect(sent).toEqual(['accepted', 'done'])
})

test('a reply that Redis refuses for what it is blocks nobody', async () => {
  const { queue, sent, lines, failures, add } = queueOf()
  failures.push('ERR no')
  queue.start()

  await Promise.all([add('accepted'), add('done')])

  expect(sent).toEqual(['done'])
  expect(lines).toEqual(['the reply "accepted" to r1 was given up: ERR no'])
})

test('at most 1,000 wait; the oldest goes first', async () => {
  const { queue, lines, add } = queueOf()

  const first = add('0')
  for (let n = 1; n <= 1_000; n += 1) void add(String(n))
  await first

  expect(queue.size).toBe(1_000)
  expect(lines).toEqual(['the reply "0" to r1 was given up: too many are waiting'])
})

test('a reply for which nobody waits any more is not sent', async () => {
  const { clock, queue, sent, add } = queueOf()
  const old = add('accepted')
  clock.advance(600_000)

  const young = add('done')
  queue.start()
  await Promise.all([old, young])

  expect(sent).toEqual(['done'])
})

test('nobody waits for a closed queue', async () => {
  const { queue, add } = queueOf()
  const waiting = add('accepted')

  queue.close()

  await waiting
  expect(queue.size).toBe(0)
})
