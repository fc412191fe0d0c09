import { fileURLToPath } from 'node:url'
import { openRedis } from '../support/redis.mjs'
import { run } from '../support/run.mjs'
import { dist } from '../support/troupe.mjs'

const program = fileURLToPath(new URL('../bus/main.mjs', import.meta.url))

/** What `bench/bus` measures, on a Redis of this run's own. */
export async function events(lab) {
  const redis = await openRedis(lab)
  if (redis === undefined) throw new Error('no redis-server on the PATH')
  try {
    const env = lab.env({ TROUPE_DIST: dist, BENCH_EVENTS: '3000' })
    const { stdout } = await run([process.execPath, program, redis.url, '--json'], { env })
    return JSON.parse(stdout)
  } finally {
    await redis.close()
  }
}
