import { useExternalServer } from './redis/external-server.ts'
import { findRedis } from './redis/find.ts'
import { startOwnServer } from './redis/own-server.ts'
import type { RedisOptions, TestRedis } from './redis/test-redis.ts'

export { startCluster } from './redis/cluster.ts'
export { startSentinel } from './redis/sentinel.ts'
export type { RedisOptions, TestRedis } from './redis/test-redis.ts'

/** Starts a real Redis for one test or one file of tests; whoever starts it stops it. */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  const redis = await findRedis()
  return redis.kind === 'external'
    ? await useExternalServer(redis.url, options)
    : await startOwnServer(redis.programs, options)
}
