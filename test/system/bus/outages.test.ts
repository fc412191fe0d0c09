import { expect, test } from 'vitest'
import { every, systemClock } from '../../../src/base/clock.ts'
import { eventually } from '../../support/eventually.ts'
import { allLogged, becomes, fixtures } from './fixtures.ts'
import { channels, countingTo, host, keys, loggedBy, type TestBus } from './given.ts'

const { given, opened } = fixtures()

/** Appends about 200 events a second until it is told to stop. */
function steadily(test: TestBus) {
  let last = 0
  const stop = every(systemClock, 5, () => (last = test.happen().seq))
  return () => {
    stop()
    return last
  }
}

test('killed for 3 s under 200 events a second: each stands in the log once, in order', async () => {
  const redis = await given({ persist: true })
  const test = opened(redis.url)
  const heard: string[] = []
  await test.bus.carrier.subscribe(channels.serviceEvents('api'), (payload) => heard.push(payload))
  const stop = steadily(test)
  await eventually('events flow', () => heard.length > 100 || undefined)

  await redis.kill()
  await becomes('down', test)
  const before = heard.length
  await eventually(
    'a long outage',
    () => (test.bus.status.kind === 'down' && test.bus.status.queued > 550) || undefined,
  )
  await redis.restart()
  await becomes('up', test)
  await eventually('events flow again', () => heard.length > before + 800 || undefined)

  const last = stop()
  expect(await allLogged(redis, last)).toEqual(countingTo(last))
  expect(test.statuses.at(-1)).toMatchObject({ kind: 'up', lost: 0 })
  expect(test.announcements()).toBe(1)
})

test('frozen: noticed within 5 s, and nothing comes twice when it thaws', async () => {
  const redis = await given()
  const test = opened(redis.url)
  await becomes('up', test)
  test.happen()
  await expect.poll(() => loggedBy(redis)).toEqual([1])

  redis.freeze()
  const frozenAt = performance.now()
  for (let n = 0; n < 100; n += 1) test.happen()
  await becomes('down', test)
  const noticedAfter = performance.now() - frozenAt
  redis.thaw()
  await becomes('up', test)

  expect(noticedAfter).toBeLessThan(5_000)
  expect(await allLogged(redis, 101)).toEqual(countingTo(101))
})

test('frozen while nothing happens: noticed within 5 s as well', async () => {
  const redis = await given()
  const test = opened(redis.url)
  await becomes('up', test)

  redis.freeze()
  const frozenAt = performance.now()
  await becomes('down', test)
  const noticedAfter = performance.now() - frozenAt
  redis.thaw()

  expect(noticedAfter).toBeLessThan(5_000)
  await becomes('up', test)
})

test('flushed: states are told again, what was acknowledged is not', async () => {
  const redis = await given()
  const test = opened(redis.url)
  for (let n = 0; n < 10; n += 1) test.happen()
  await allLogged(redis, 10)
  const epoch = await redis.redisCli('HGET', keys.meta, 'epoch')

  await redis.redisCli('FLUSHALL')
  await eventually('it is noticed', () => test.announcements() === 2 || undefined)
  test.happen()

  expect(await allLogged(redis, 11)).toEqual([11])
  expect(await redis.redisCli('HGET', keys.meta, 'epoch')).not.toBe(epoch)
  await expect.poll(() => redis.redisCli('HEXISTS', keys.hostInfo, host)).toBe('1')
})

test('connections cut again and again under load: each event once, subscriptions return', async () => {
  const redis = await given()
  const test = opened(redis.url)
  const heard: string[] = []
  await test.bus.carrier.subscribe('news', (payload) => heard.push(payload))
  const stop = steadily(test)

  for (let cut = 1; cut <= 5; cut += 1) {
    await becomes('up', test)
    const ups = test.statuses.filter(({ kind }) => kind === 'up').length
    await redis.redisCli('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await eventually(
      'it is back',
      () => test.statuses.filter(({ kind }) => kind === 'up').length > ups || undefined,
    )
  }
  const last = stop()
  await redis.redisCli('PUBLISH', 'news', 'still there')

  expect(await allLogged(redis, last)).toEqual(countingTo(last))
  await expect.poll(() => heard).toEqual(['still there'])
})

test('away at the start: events, replies and subscriptions wait for it', async () => {
  const redis = await given()
  await redis.kill()
  const test = opened(redis.url)
  const heard: string[] = []
  const subscribed = test.bus.carrier.subscribe('news', (payload) => heard.push(payload))
  const replied = test.bus.reply({ commandId: 'r1', status: 'done', body: '{}' })
  test.happen()
  await eventually(
    'it says why',
    () =>
      test.statuses.some((status) => status.kind === 'down' && /ECONNREFUSED/.test(status.why)) ||
      undefined,
  )

  await redis.restart()
  await Promise.all([subscribed, replied])
  await redis.redisCli('PUBLISH', 'news', 'hello')

  expect(await allLogged(redis, 1)).toEqual([1])
  expect(await redis.redisCli('XLEN', keys.replies('r1'))).toBe('1')
  await expect.poll(() => heard).toEqual(['hello'])
})

test('memory full: events wait, commands arrive, the reason is said', async () => {
  const redis = await given()
  const test = opened(redis.url)
  const heard: string[] = []
  await test.bus.carrier.subscribe(channels.all, (payload) => heard.push(payload))
  await redis.redisCli('CONFIG', 'SET', 'maxmemory', '1')

  test.happen()
  await becomes('down', test)
  expect(test.bus.status).toMatchObject({ why: expect.stringMatching(/^OOM/), hears: true })
  await redis.redisCli('PUBLISH', channels.all, 'status')
  await expect.poll(() => heard).toEqual(['status'])
  await redis.redisCli('CONFIG', 'SET', 'maxmemory', '0')

  expect(await allLogged(redis, 1)).toEqual([1])
  await becomes('up', test)
})

test('a replica: refused, and left for the primary', async () => {
  const redis = await given()
  const test = opened(redis.url)
  await becomes('up', test)

  await redis.redisCli('REPLICAOF', '127.0.0.1', '1')
  await becomes('down', test)
  test.happen()
  expect(test.bus.status).toMatchObject({ why: expect.stringMatching(/^READONLY/), hears: false })
  await redis.redisCli('REPLICAOF', 'NO', 'ONE')

  expect(await allLogged(redis, 1)).toEqual([1])
})

test('keys of somebody else where ours should be: said, and mended without loss', async () => {
  const redis = await given()
  await redis.redisCli('SET', keys.log, 'mine')
  const test = opened(redis.url)

  test.happen()
  await eventually(
    'it says why',
    () =>
      test.statuses.some(
        (status) => status.kind === 'down' && status.why.startsWith('WRONGTYPE'),
      ) || undefined,
  )
  await redis.redisCli('DEL', keys.log)

  expect(await allLogged(redis, 1)).toEqual([1])
})
