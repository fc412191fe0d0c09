import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { clientOf, givenRedis, hasOnlyOneServer } from './given-redis.ts'

test('redis-cli and a client see the same, empty server', async () => {
  const redis = await givenRedis()
  const client = clientOf(redis)

  await redis.redisCli('SET', 'greeting', 'good morning')

  expect(await client.get('greeting')).toBe('good morning')
})

test('two servers share nothing', async () => {
  const one = await givenRedis()
  const other = await givenRedis()

  await one.redisCli('SET', 'only', 'here')

  expect(await one.redisCli('EXISTS', 'only')).toBe('1')
  expect(await other.redisCli('EXISTS', 'only')).toBe('0')
})

test('a frozen server keeps its connections and answers none, until it thaws', async () => {
  const redis = await givenRedis()
  const client = clientOf(redis)
  let breaks = 0
  client.on('close', () => breaks++)
  await client.set('before', 'the freeze')

  redis.freeze()
  await expect(client.get('before')).rejects.toThrow('Command timed out')

  redis.thaw()
  expect(await client.get('before')).toBe('the freeze')
  expect(breaks).toBe(0)
})

test('a killed server refuses connections until it is restarted', async () => {
  const redis = await givenRedis()
  const client = clientOf(redis)
  await client.ping()

  await redis.kill()
  await expect(redis.redisCli('PING')).rejects.toThrow('Connection refused')

  await redis.restart()
  await eventually('the client is connected again', async () => (await client.ping()) || undefined)
})

test('a frozen server can be killed and restarted', async () => {
  const redis = await givenRedis()
  redis.freeze()

  await redis.restart()

  expect(await redis.redisCli('PING')).toBe('PONG')
})

test.each([
  { persist: true, kept: 'yes' },
  { persist: false, kept: '' },
])('after a kill and a restart, persist: $persist has kept "$kept"', async ({ persist, kept }) => {
  const redis = await givenRedis({ persist })
  await redis.redisCli('SET', 'kept', 'yes')

  await redis.kill()
  await redis.restart()

  expect(await redis.redisCli('GET', 'kept')).toBe(kept)
})

test.skipIf(hasOnlyOneServer)('an ACL file decides who may do what', async () => {
  const acl = `user default off\nuser reader on >secret ~* +get`
  const redis = await givenRedis({ acl })
  const asReader = ['--no-auth-warning', '--user', 'reader', '--pass', 'secret']

  const strange = await redis.redisCli('GET', 'key')
  const read = await redis.redisCli(...asReader, 'GET', 'key')
  const written = await redis.redisCli(...asReader, 'SET', 'key', 'value')

  expect(strange).toContain('NOAUTH')
  expect(read).toBe('')
  expect(written).toContain('NOPERM')
})

test.skipIf(hasOnlyOneServer)('with TLS only those who trust its certificate connect', async () => {
  const redis = await givenRedis({ tls: true })
  const ca = readFileSync(redis.caFile ?? '', 'utf8')
  const stranger = clientOf(redis)

  const refused = new Promise<Error>((resolve) => stranger.once('error', resolve))

  expect(await clientOf(redis, ca).ping()).toBe('PONG')
  expect(await redis.redisCli('PING')).toBe('PONG')
  expect((await refused).message).toContain('self-signed certificate')
})

test.skipIf(hasOnlyOneServer)('arguments reach the server', async () => {
  const redis = await givenRedis({ args: ['--maxmemory', '10mb'] })

  expect(await redis.redisCli('CONFIG', 'GET', 'maxmemory')).toContain(String(10 * 1024 * 1024))
})

test.skipIf(hasOnlyOneServer)('a server that cannot start says why', async () => {
  await expect(givenRedis({ args: ['--maxmemory', 'lots'] })).rejects.toThrow(/redis-server ended/)
})
