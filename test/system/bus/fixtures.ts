import { afterEach } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { type RedisOptions, startRedis, type TestRedis } from '../../support/redis.ts'
import { busOn, loggedBy, type TestBus } from './given.ts'

/** A Redis and buses on it that end with the test, the buses first. */
export function fixtures() {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  async function given(options: RedisOptions = {}) {
    const redis = await startRedis(options)
    closers.push(() => redis.stop())
    return redis
  }

  function opened(...args: Parameters<typeof busOn>): TestBus {
    const test = busOn(...args)
    closers.push(() => test.bus.close())
    return test
  }

  return { given, opened }
}

export const becomes = (kind: 'up' | 'down', { bus }: TestBus, withinMs = 20_000) =>
  eventually(`the bus is ${kind}`, () => bus.status.kind === kind || undefined, { withinMs })

export const allLogged = (redis: TestRedis, last: number) =>
  eventually(`all ${last} events are logged`, async () => {
    const seqs = await loggedBy(redis)
    return seqs.includes(last) ? seqs : undefined
  })
