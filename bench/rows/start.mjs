import { line } from '../support/line.mjs'
import { bareService } from '../support/bare.mjs'
import { withBoth } from '../support/both.mjs'
import { interleaved } from '../support/samples.mjs'
import { now } from '../support/ups.mjs'

const services = 50
const rounds = 3

/** From the command until the last of the services has said that it is up. */
export function start(lab) {
  return withBoth(lab, async ({ troupe, pm2 }) => {
    const samples = await interleaved(rounds, {
      troupe: () => byManager(lab, troupe),
      pm2: () => byManager(lab, pm2),
      bare: () => bare(lab),
    })
    const common = { work: `start ${services} services`, unit: 'ms', ours: samples.troupe }
    return [
      line({
        ...common,
        against: 'PM2',
        theirs: samples.pm2,
        budget: { of: 'ratio', atMost: 0.6 },
      }),
      line({
        ...common,
        against: 'spawned bare',
        theirs: samples.bare,
        budget: { of: 'ratio', atMost: 1.3 },
      }),
    ]
  })
}

async function byManager(lab, manager) {
  const { file, ups } = lab.declare(services)
  const startedAt = now()
  await manager.run('start', file)
  const all = await ups.reach(services)
  await manager.run('delete', 'all')
  return all[services - 1].at - startedAt
}

async function bare(lab) {
  const { dir, ups } = lab.declare(services)
  const startedAt = now()
  const children = Array.from({ length: services }, () => bareService(lab, { dir, ups }))
  const all = await ups.reach(services)
  await Promise.all(children.map((child) => child.end()))
  return all[services - 1].at - startedAt
}
