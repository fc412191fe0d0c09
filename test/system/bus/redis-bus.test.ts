import { CloudEvent } from 'cloudevents'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { adviceOn } from '../../../src/bus/advice.ts'
import { redisLog } from '../../../src/bus/redis-log.ts'
import { readServerFacts } from '../../../src/bus/server-facts.ts'
import { withLogPosition } from '../../../src/protocol/envelope.ts'
import { eventually } from '../../support/eventually.ts'
import { startRedis, type TestRedis } from '../../support/redis.ts'
import { busOn, channels, host, keys, loggedBy, ns, type TestBus } from './given.ts'

let redis: TestRedis
let buses: TestBus[]

beforeEach(async () => {
  redis = await startRedis()
  buses = []
})
afterEach(async () => {
  await Promise.all(buses.map(({ bus }) => bus.close()))
  await redis.stop()
})

const opened = (...args: Parameters<typeof busOn>) => {
  const test = busOn(...args)
  buses.push(test)
  return test
}
const isUp = ({ bus }: TestBus) =>
  eventually('the bus is up', () => bus.status.kind === 'up' || undefined)

describe('an event', () => {
  test('is logged, kept as state, published and said, and all four agree on its place', async () => {
    const { bus, happen } = opened(redis.url)
    const heard: string[] = []
    const said: string[] = []
    await bus.carrier.subscribe(channels.serviceEvents('api'), (payload) => heard.push(payload))
    await bus.carrier.subscribe(channels.say, (payload) => said.push(payload))

    happen()
    const second = happen()

    await expect.poll(() => heard).toHaveLength(2)
    expect(said).toEqual([`api@${host} online pid=1`, `api@${host} online pid=2`])
    const log = redisLog(bus.command, ns)
    const events = await log.range('0-0', 10)
    expect(events.map((event) => JSON.stringify(event))).toEqual(heard)
    const { logid = '' } = events[1] ?? {}
    expect(heard[1]).toBe(withLogPosition(second.body, logid, 2))
    expect(await log.states()).toEqual([
      { service: 'api', host, pid: 2, logid, sequence: '0000000000000002' },
    ])
    expect(await log.bookmark()).toMatchObject({ sequence: 2, lastId: logid })
    expect(await log.range(events[0]?.logid ?? '', 10)).toEqual(events.slice(1))
  })

  test('is a valid CloudEvent to whoever subscribes', async () => {
    const { bus, happen } = opened(redis.url)
    const heard: string[] = []
    await bus.carrier.subscribe(channels.serviceEvents('api'), (payload) => heard.push(payload))

    happen()

    await expect.poll(() => heard).toHaveLength(1)
    const event = new CloudEvent(JSON.parse(heard[0] ?? ''))
    expect(event.validate()).toBe(true)
    expect(event.id).toBe(`${host}.e1.1`)
    expect(event['sequence']).toBe('0000000000000001')
  })

  test('whose state is a tombstone removes the state', async () => {
    const { bus, happen } = opened(redis.url)
    const event = happen()

    bus.append({ ...event, seq: 2, state: { field: `api@${host}`, json: null } })

    await expect.poll(() => redis.redisCli('HGET', keys.meta, 'seq')).toBe('2')
    expect(await redis.redisCli('HLEN', keys.state)).toBe('0')
  })

  test('goes through when the server forgot our scripts', async () => {
    const test = opened(redis.url)
    await isUp(test)
    await redis.redisCli('SCRIPT', 'FLUSH')

    for (let n = 0; n < 200; n += 1) test.happen()

    await expect.poll(() => loggedBy(redis)).toHaveLength(200)
    expect(await loggedBy(redis)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
  })
})

describe('a host', () => {
  test('is present, named and described, and says bye', async () => {
    const test = opened(redis.url)
    await isUp(test)

    await expect.poll(() => redis.redisCli('ZRANGE', keys.hosts, '0', '-1')).toBe(host)
    await expect.poll(() => redis.redisCli('HGET', keys.hostInfo, host)).toBe('{"version":"1"}')
    expect(await redis.redisCli('GET', 'troupe:help')).toMatch(/^PUBLISH/)
    expect(await redis.redisCli('CLIENT', 'LIST')).toMatch(/name=troupe:main:web-07 .*resp=3/)
    expect(Math.abs(test.bus.timeOffsetMs())).toBeLessThan(1_000)

    await test.bus.close()
    expect(await redis.redisCli('ZCARD', keys.hosts)).toBe('0')
  })

  test('never takes its own probe for a command', async () => {
    const test = opened(redis.url)
    const heard: string[] = []
    await test.bus.carrier.subscribe(channels.host(host), (payload) => heard.push(payload))
    const probed = () => redis.redisCli('INFO', 'commandstats')
    await eventually(
      'a heartbeat was sent',
      async () => /cmdstat_zadd:calls=[2-9]/.test(await probed()) || undefined,
    )

    await test.bus.carrier.publish(channels.host(host), 'restart api')

    await expect.poll(() => heard).toEqual(['restart api'])
  })

  test('sends its last events before it leaves', async () => {
    const test = opened(redis.url)
    await isUp(test)
    for (let n = 0; n < 500; n += 1) test.happen()

    await test.bus.close()

    expect(await loggedBy(redis)).toHaveLength(500)
  })
})

describe('a reply', () => {
  test('stands in the stream of its command for ten minutes, and is published', async () => {
    const { bus } = opened(redis.url)
    const heard: string[] = []
    const replyTo = channels.replies('anna')
    await bus.carrier.subscribe(replyTo, (payload) => heard.push(payload))

    await bus.reply({ commandId: 'r1', status: 'accepted', body: '{"n":1}', replyTo })
    await bus.reply({ commandId: 'r1', status: 'done', body: '{"n":2}', replyTo })

    const stream = await redis.redisCli('XRANGE', keys.replies('r1'), '-', '+')
    const fields = stream.split('\n').filter((line) => !/^\d+-\d+$/.test(line))
    expect(fields.slice(0, 6)).toEqual(['from', host, 'status', 'accepted', 'e', '{"n":1}'])
    expect(fields.slice(6)).toEqual(['from', host, 'status', 'done', 'e', '{"n":2}'])
    expect(Number(await redis.redisCli('TTL', keys.replies('r1')))).toBeGreaterThan(590)
    await expect.poll(() => heard).toEqual(['{"n":1}', '{"n":2}'])
  })
})

describe('one voice', () => {
  test('many hosts agree on one id, and exactly one of them has it', async () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => opened(redis.url, { host: name }))
    await Promise.all(many.map(isUp))

    const ids = await Promise.all(many.map(({ bus }, n) => bus.once('digest', `id-${n}`)))

    expect(new Set(ids).size).toBe(1)
  })

  test('without Redis everybody speaks', async () => {
    await redis.kill()
    const { bus } = opened(redis.url)

    expect(await bus.once('digest', 'mine')).toBe('mine')
  })
})

test('dead letters can be looked at', async () => {
  const test = opened(redis.url)
  await isUp(test)

  test.bus.dead({ channel: channels.all, size: 9, sha: 'abc', sample: '{bad json' })

  await expect.poll(() => redis.redisCli('XRANGE', keys.dead, '-', '+')).toContain('{bad json')
})

test('the advice is about the server at hand', async () => {
  const test = opened(redis.url)
  await isUp(test)

  const findings = adviceOn(await readServerFacts(test.bus.command), 1)

  expect(findings.map(({ about }) => about)).toContain('redis maxmemory-policy')
  expect(findings[0]).toMatchObject({ about: 'redis version', verdict: 'ok' })
  expect(findings.find(({ about }) => about === 'redis maxmemory-policy')?.verdict).toBe('ok')
})
