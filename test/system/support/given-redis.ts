import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { type RedisOptions, startRedis, type TestRedis } from '../../support/redis.ts'
import { findRedis } from '../../support/redis/find.ts'

/** A Redis of somebody else can be neither given a certificate nor made a part of a Cluster. */
export const hasOnlyOneServer: boolean = (await findRedis()).kind === 'external'

/** Starts a Redis that is stopped when the test ends. */
export async function givenRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const redis = await startRedis(options)
  onTestFinished(() => redis.stop())
  return redis
}

/** Connects a client that gives a silent server half a second, and that is gone when the test ends. */
export function clientOf(redis: TestRedis, ca?: string): Redis {
  const client = new Redis(redis.url, {
    commandTimeout: 500,
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
    ...(ca === undefined ? {} : { tls: { ca } }),
  })
  client.on('error', () => {}) // Every test says itself which errors it expects.
  onTestFinished(() => client.disconnect())
  return client
}
