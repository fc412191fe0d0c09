import { afterAll, beforeAll, describe } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { RedisLink } from '../../../src/bus/redis-link.ts'
import { conformsToCarrier } from '../../bus/carrier.conformance.ts'
import { startRedis, type TestRedis } from '../../support/redis.ts'

describe('redis link', () => {
  let redis: TestRedis

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  conformsToCarrier(
    () =>
      new Promise((resolve, reject) => {
        const link = new RedisLink({
          url: redis.url,
          connectionName: 'troupe:main:test',
          clock: systemClock,
          random: systemRandom,
          log: () => {},
          connected: () => resolve(link),
          lost: (why) => reject(new Error(why)),
        })
        link.open()
      }),
  )
})
