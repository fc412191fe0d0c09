import { describe, expect, test } from 'vitest'
import type { BusStatus } from '../../src/bus/bus-status.ts'
import { LogSession } from '../../src/bus/log-session.ts'
import type { OutboxEvent } from '../../src/bus/outbox-event.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { FakeLog } from './fake-log.ts'
import { eventOf, stateEvent } from './given.ts'

function given(backlog: (after: number) => readonly OutboxEvent[] = () => []) {
  const clock = new FakeClock()
  const log = new FakeLog()
  const statuses: BusStatus[] = []
  const told: string[] = []
  const session = new LogSession({
    clock,
    random: () => 0.5,
    wire: log,
    host: 'h',
    summarise: () => '{}',
    newest: () => Number.POSITIVE_INFINITY,
    overtaken: () => {},
    backlog,
    onStatus: (status) => statuses.push(status),
    log: (line) => told.push(line),
    reconnect: (why) => told.push(`reconnect: ${why}`),
    joined: (isUnknown) => told.push(isUnknown ? 'joined, unknown' : 'joined'),
    poisoned: () => {},
  })
  log.onProbe = (probe) => session.presence.heard(probe)
  const append = (...seqs: number[]) => {
    for (const seq of seqs) session.append(stateEvent(seq, 'api'))
  }
  const join = async () => {
    await session.join()
    await settled()
  }
  const pass = async (ms: number) => {
    clock.advance(ms)
    await settled()
  }
  return { clock, log, session, statuses, told, append, join, pass }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the outage table', () => {
  test('Redis away at the start: events wait, and arrive when it comes', async () => {
    const { log, append, join, statuses, session, told } = given()

    append(1, 2)
    session.lost('connect ECONNREFUSED')
    await join()

    expect(log.entries).toEqual([1, 2])
    expect(statuses).toMatchObject([
      { kind: 'down', why: 'connect ECONNREFUSED', queued: 2, hears: false },
      { kind: 'up', outageMs: 0, queued: 2, lost: 0 },
    ])
    expect(told).toEqual(['joined, unknown'])
  })

  test('link lost and restored: nothing is lost, nothing comes twice, the outage is measured', async () => {
    const { log, append, join, session, pass, statuses } = given()
    await join()
    append(1, 2)
    await settled()

    session.lost('read ECONNRESET')
    append(3, 4)
    await pass(7_000)
    await join()

    expect(log.entries).toEqual([1, 2, 3, 4])
    expect(statuses.at(-1)).toMatchObject({ kind: 'up', outageMs: 7_000, queued: 2 })
  })

  test('unacknowledged: what the log did take is not sent again', async () => {
    const { log, append, join, session } = given()
    await join()
    log.isSilent = true
    append(1, 2)

    session.lost('Command timed out')
    log.isSilent = false
    log.lastSeq = 1
    await join()

    expect(log.entries).toEqual([2])
  })

  test('failover, tail lost: the new primary gets what it never received', async () => {
    const { log, append, join, session } = given()
    await join()
    append(1, 2, 3)
    await settled()

    session.lost('gone')
    log.lastSeq = 1
    log.entries.length = 1
    await join()

    expect(log.entries).toEqual([1, 2, 3])
  })

  test('data lost: states are told again, old events are not', async () => {
    const { log, append, join, pass, told } = given()
    await join()
    append(1, 2)
    await settled()

    log.flush('B')
    await pass(2_200)
    append(3)
    await settled()

    expect(log.entries).toEqual([3])
    expect(told.filter((line) => line.startsWith('joined'))).toHaveLength(2)
    expect(told.at(-1)).toBe('joined, unknown')
  })

  test('data lost while events flow: noticed by the first that finds its predecessor missing', async () => {
    const { log, append, join, pass } = given()
    await join()
    append(1, 2)
    await settled()

    log.flush('B')
    append(3)
    await settled()
    expect(log.entries).toEqual([])
    await pass(200)

    expect(log.entries).toEqual([3])
  })

  test.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    'NOREPLICAS Not enough good replicas to write.',
    'MISCONF Errors writing to the AOF file',
  ])('%s: commands are heard, events wait, the reason is told once', async (refusal) => {
    const { log, append, join, pass, statuses } = given()
    await join()
    log.refusal = refusal

    append(1)
    await settled()
    await pass(20_000)
    expect(statuses.at(-1)).toMatchObject({ kind: 'down', why: refusal, hears: true, queued: 1 })
    expect(statuses).toHaveLength(2)

    log.refusal = ''
    await pass(15_000)

    expect(log.entries).toEqual([1])
    expect(statuses.at(-1)).toMatchObject({ kind: 'up', queued: 1 })
  })

  test.each(['LOADING Redis is loading the dataset in memory', 'ERR unknown command `EVALSHA`'])(
    '%s, at hello: it is said, and asked again without a new connection',
    async (why) => {
      const { log, join, pass, told, session } = given()
      log.failure = why

      await join()
      expect(session.status).toMatchObject({ kind: 'down', hears: true, why })
      log.failure = undefined
      await pass(200)

      expect(told).toEqual(['joined, unknown'])
    },
  )

  test('READONLY: another server is looked for', async () => {
    const { log, join, told } = given()
    log.refusal = "READONLY You can't write against a read only replica."

    await join()

    expect(told).toContain(`reconnect: ${log.refusal}`)
  })

  test('frozen while idle: no answer to a heartbeat means a new connection', async () => {
    const { log, join, pass, told } = given()
    await join()

    log.isSilent = true
    await pass(2_200)

    expect(told.at(-1)).toBe('reconnect: no answer to a heartbeat: Command timed out')
  })

  test('answers come but what is published does not: a new connection after 3 s', async () => {
    const { log, join, pass, told } = given()
    await join()
    await pass(1_000)

    log.onProbe = () => {}
    await pass(1_000)
    await pass(2_900)
    expect(told.at(-1)).toBe('joined, unknown')
    await pass(100)

    expect(told.at(-1)).toBe('reconnect: what this host publishes did not reach it within 3 s')
  })

  test('a host that may not hear itself is content with answers', async () => {
    const { log, join, pass, told, session } = given()
    log.onProbe = () => {}
    session.presence.deafen()
    await join()

    for (let beat = 0; beat < 10; beat += 1) await pass(2_000)

    expect(told).toEqual(['joined, unknown'])
  })

  test('a manager that restarted finds in its journal what the log does not have', async () => {
    const { log, append, join } = given((after) =>
      [after + 1, after + 2].map((seq) => eventOf(seq)),
    )
    log.lastSeq = 7
    append(10)

    await join()

    expect(log.entries).toEqual([8, 9, 10])
  })

  test('another manager under the same name is called out', async () => {
    const { log, append, join, told } = given()
    await join()
    append(1)
    await settled()

    log.lastSeq = undefined
    await join()

    expect(told).toContain(
      'another manager writes to this fleet as "h": give one of them another host name',
    )
  })
})

test('the server’s clock is known from the first hello', async () => {
  const { clock, join, session } = given()
  clock.advance(1_000)

  await join()

  expect(session.presence.offsetMs).toBe(4_000)
})

test('a session that stopped leaves no timer behind', async () => {
  const { clock, join, session } = given()
  await join()

  session.stop()

  expect(clock.armed).toBe(0)
})

describe('leaving', () => {
  test('waits for the last events', async () => {
    const { append, join, session, log } = given()
    await join()

    append(1, 2)
    await session.flushed(1_000)

    expect(log.entries).toEqual([1, 2])
  })

  test('waits no longer than it was told', async () => {
    const { append, join, session, log, clock } = given()
    await join()
    log.isSilent = true
    append(1)

    const flushed = session.flushed(1_000)
    clock.advance(1_000)
    await flushed

    expect(log.entries).toEqual([])
  })
})
