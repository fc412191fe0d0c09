import { setTimeout as pause } from 'node:timers/promises'
import { line } from '../support/line.mjs'
import { withBoth } from '../support/both.mjs'
import { cpuMs, memoryOf, parentOf } from '../support/proc.mjs'
import { openRedis } from '../support/redis.mjs'

const services = 50
const settleMs = 35_000
const windowMs = 10_000

/** What a manager costs while nothing happens: its processor time over some seconds, and then its memory. */
export async function idle(lab) {
  const redis = await openRedis(lab)
  try {
    const found = await withBoth(lab, (both) => measure(lab, both), { redisUrl: redis?.url })
    return linesOf(found, redis === undefined ? '' : ' and Redis')
  } finally {
    await redis?.close()
  }
}

async function measure(lab, { troupe, pm2 }) {
  const ours = await startOn(lab, troupe)
  const theirs = await startOn(lab, pm2)
  await pause(settleMs)
  const before = [cpuOf(ours.manager), cpuOf(theirs.manager)]
  await pause(windowMs)
  const percent = [ours, theirs].map(
    ({ manager }, n) => ((cpuOf(manager) - before[n]) / windowMs) * 100,
  )
  return {
    percent,
    memory: [ours, theirs].map(({ manager }) => memoryOf(manager)),
    guards: memoryOf(ours.services.map(parentOf)),
  }
}

async function startOn(lab, manager) {
  const { file, ups } = lab.declare(services)
  await manager.run('start', file)
  await ups.reach(services)
  return { manager: await manager.pids(), services: ups.pids() }
}

function cpuOf(pids) {
  return pids.reduce((sum, pid) => sum + cpuMs(pid), 0)
}

function linesOf({ percent, memory, guards }, withRedis) {
  const among = `${services} services${withRedis}`
  const sizes = { unit: 'bytes', against: 'PM2', budget: { of: 'ratio', atMost: 1 } }
  return [
    line({
      ...sizes,
      work: `manager memory (RSS), ${among}`,
      ours: memory[0].rss,
      theirs: memory[1].rss,
    }),
    line({
      ...sizes,
      work: `manager memory (PSS), ${among}`,
      ours: memory[0].pss,
      theirs: memory[1].pss,
    }),
    line({ work: `all ${services} guards (PSS)`, unit: 'bytes', ours: guards.pss }),
    line({
      work: `manager CPU, ${services} idle services`,
      unit: 'percent',
      ours: percent[0],
      against: 'PM2',
      theirs: percent[1],
      budget: { of: 'value', atMost: 0.5 },
    }),
  ]
}
