import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { RedisLink } from '../../../src/bus/redis-link.ts'
import { type Wire, wireOf } from '../../../src/bus/wire.ts'
import { startRedis, type TestRedis } from '../../support/redis.ts'
import { channels, host, keys, loggedBy, onlineEvent } from './given.ts'

let redis: TestRedis
let link: RedisLink
let logs = 0

/** What a manager with this producer epoch says to the log. */
const wireWith = (epoch: string, name = host): Wire =>
  wireOf(link, {
    host: name,
    keys,
    epoch,
    logEpoch: () => `log-${(logs += 1)}`,
    sayChannel: channels.say,
    hostChannel: channels.host(name),
  })

beforeAll(async () => {
  redis = await startRedis()
  await new Promise<void>((resolve, reject) => {
    link = new RedisLink({
      url: redis.url,
      connectionName: 'troupe:main:test',
      clock: systemClock,
      random: systemRandom,
      log: () => {},
      connected: resolve,
      lost: (why) => reject(new Error(why)),
    })
    link.open()
  })
})
afterAll(async () => {
  await link.close()
  await redis.stop()
})
beforeEach(async () => {
  await redis.redisCli('FLUSHALL')
})

const append = (wire: Wire, seq: number, previous: number) =>
  wire.append({ event: onlineEvent(seq), previous })

describe('append-event', () => {
  test('takes an event once, however often it is sent', async () => {
    const wire = wireWith('e1')

    expect(await append(wire, 1, 0)).toMatchObject({ kind: 'logged', complaint: '' })
    expect(await append(wire, 1, 0)).toEqual({ kind: 'dup' })
    expect(await append(wire, 2, 1)).toMatchObject({ kind: 'logged' })
    expect(await append(wire, 1, 0)).toEqual({ kind: 'dup' })

    expect(await loggedBy(redis)).toEqual([1, 2])
  })

  test('refuses an event whose predecessor never arrived', async () => {
    const wire = wireWith('e1')

    expect(await append(wire, 2, 1)).toEqual({ kind: 'behind' })
    await append(wire, 1, 0)
    expect(await append(wire, 3, 2)).toEqual({ kind: 'behind' })

    expect(await loggedBy(redis)).toEqual([1])
  })

  test('takes an event whose predecessors were folded', async () => {
    const wire = wireWith('e1')
    await append(wire, 1, 0)

    expect(await append(wire, 9, 1)).toMatchObject({ kind: 'logged' })
  })

  test('begins to count again with a new epoch of the producer', async () => {
    await append(wireWith('e1'), 1, 0)
    await append(wireWith('e1'), 2, 1)

    expect(await append(wireWith('e2'), 1, 0)).toMatchObject({ kind: 'logged' })

    expect(await loggedBy(redis)).toEqual([1, 2, 1])
    expect(await redis.redisCli('HGET', keys.meta, `src:${host}`)).toBe('e2 1')
  })

  test('counts for all hosts together, and for each alone', async () => {
    await append(wireWith('e1', 'a'), 1, 0)
    await append(wireWith('e1', 'b'), 1, 0)

    expect(await redis.redisCli('HGET', keys.meta, 'seq')).toBe('2')
  })

  test('counts nothing that it could not log', async () => {
    const wire = wireWith('e1')
    await redis.redisCli('SET', keys.log, 'of somebody else')

    await expect(append(wire, 1, 0)).rejects.toThrow(/WRONGTYPE/)

    expect(await redis.redisCli('EXISTS', keys.meta)).toBe('0')
  })

  test('logs and announces even where the state cannot be kept, and complains', async () => {
    const wire = wireWith('e1')
    await redis.redisCli('SET', keys.state, 'of somebody else')

    const appended = await append(wire, 1, 0)

    expect(appended).toMatchObject({
      kind: 'logged',
      complaint: expect.stringMatching(/WRONGTYPE/),
    })
  })
})

describe('hello', () => {
  test('gives an empty log an epoch, and keeps it', async () => {
    const first = await wireWith('e1').hello()
    const second = await wireWith('e1').hello()

    expect(first).toMatchObject({ sequence: 0, lastId: '0-0', lastSeq: undefined, refusal: '' })
    expect(first.epoch).toMatch(/^log-/)
    expect(second.epoch).toBe(first.epoch)
    expect(Math.abs(first.serverMs - Date.now())).toBeLessThan(1_000)
  })

  test('knows the producer’s last event, within its epoch only', async () => {
    const wire = wireWith('e1')
    await append(wire, 7, 0)

    expect(await wire.hello()).toMatchObject({ sequence: 1, lastSeq: 7 })
    expect(await wireWith('e2').hello()).toMatchObject({ sequence: 1, lastSeq: undefined })
  })

  test('says why nothing can be written', async () => {
    await redis.redisCli('CONFIG', 'SET', 'maxmemory', '1')

    const { refusal } = await wireWith('e1').hello()
    await redis.redisCli('CONFIG', 'SET', 'maxmemory', '0')

    expect(refusal).toMatch(/^OOM/)
  })
})

describe('heartbeat', () => {
  test('sets a deadline in server time and sends the probe', async () => {
    const heard: string[] = []
    const cancel = await link.subscribe(channels.host(host), (payload) => heard.push(payload))

    const beat = await wireWith('e1').beat(10_000, 'p:1')

    const deadline = await redis.redisCli('ZSCORE', keys.hosts, host)
    expect(beat).toMatchObject({ epoch: '', sequence: 0, isProbed: true, refusal: '' })
    expect(Number(deadline)).toBe(beat.serverMs + 10_000)
    await expect.poll(() => heard).toEqual(['p:1'])
    cancel()
  })

  test('probes even where nothing can be written', async () => {
    await redis.redisCli('CONFIG', 'SET', 'maxmemory', '1')

    const beat = await wireWith('e1').beat(10_000, 'p:1')
    await redis.redisCli('CONFIG', 'SET', 'maxmemory', '0')

    expect(beat).toMatchObject({ isProbed: true, refusal: expect.stringMatching(/^OOM/) })
  })
})
