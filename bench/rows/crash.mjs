import { line } from '../support/line.mjs'
import { bareService } from '../support/bare.mjs'
import { withBoth } from '../support/both.mjs'
import { interleaved } from '../support/samples.mjs'
import { now } from '../support/ups.mjs'
import { until } from '../support/wait.mjs'

const rounds = 12
/** Both managers hold a service for stable after one second, and start it again at once only then. */
const stableMs = 1_200

/** From `kill -9` until the successor itself says that it is up. */
export function crash(lab) {
  return withBoth(lab, async ({ troupe, pm2 }) => {
    const [ours, theirs] = await Promise.all([startOn(lab, troupe), startOn(lab, pm2)])
    const samples = await interleaved(rounds, {
      troupe: () => killOne(ours),
      pm2: () => killOne(theirs),
      bare: () => bare(lab),
    })
    const common = { work: 'crash to new process', unit: 'ms', ours: samples.troupe }
    return [
      line({
        ...common,
        against: 'PM2',
        theirs: samples.pm2,
        budget: { of: 'ratio', atMost: 1.5 },
      }),
      line({ ...common, against: 'its start alone', theirs: samples.bare }),
    ]
  })
}

async function startOn(lab, manager) {
  const { file, ups } = lab.declare(1)
  await manager.run('start', file)
  await ups.reach(1)
  return ups
}

async function killOne(ups) {
  const before = ups.all()
  const { at, words } = before.at(-1)
  await until('the service is stable', () => now() - at > stableMs)
  const killedAt = now()
  process.kill(Number(words), 'SIGKILL')
  const after = await ups.reach(before.length + 1)
  return after.at(-1).at - killedAt
}

async function bare(lab) {
  const { dir, ups } = lab.declare(1)
  const startedAt = now()
  const child = bareService(lab, { dir, ups })
  const [up] = await ups.reach(1)
  await child.end()
  return up.at - startedAt
}
