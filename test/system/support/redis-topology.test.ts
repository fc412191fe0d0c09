import { Cluster, Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startCluster, startSentinel } from '../../support/redis.ts'
import { hasOnlyOneServer } from './given-redis.ts'

test.skipIf(hasOnlyOneServer)(
  'Sentinel makes the replica primary when the primary dies',
  async () => {
    const group = await startSentinel()
    onTestFinished(() => group.stop())
    const sentinels = [{ host: '127.0.0.1', port: group.sentinel.port }]
    const client = new Redis({ sentinels, name: group.name })
    client.on('error', () => {}) // The failover breaks its connection; the test waits for the next one.
    onTestFinished(() => client.disconnect())
    await client.set('before', 'the failover')
    await client.wait(1, 5_000)
    expect(await group.primaryPort()).toBe(group.primary.port)

    await group.primary.kill()

    await eventually('the Sentinel names the replica', async () => {
      return (await group.primaryPort()) === group.replica.port || undefined
    })
    expect(await client.get('before')).toBe('the failover')
    expect(await client.set('after', 'too')).toBe('OK')
  },
)

test.skipIf(hasOnlyOneServer)('a Cluster spreads keys over its nodes', async () => {
  const cluster = await startCluster()
  onTestFinished(() => cluster.stop())
  const client = new Cluster(cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })))
  onTestFinished(() => client.disconnect())

  const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`)
  await Promise.all(keys.map((key) => client.set(key, key)))

  const sizes = await Promise.all(cluster.nodes.map((node) => node.redisCli('DBSIZE')))
  expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys)
  expect(sizes.map(Number)).not.toContain(0)
  expect(sizes.map(Number).reduce((sum, size) => sum + size)).toBe(keys.length)
})
