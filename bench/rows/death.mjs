import { withBoth } from '../support/both.mjs'
import { line } from '../support/line.mjs'
import { isRunning } from '../support/proc.mjs'
import { run } from '../support/run.mjs'
import { interleaved } from '../support/samples.mjs'
import { until } from '../support/wait.mjs'

const ourServices = 100
/** PM2 starts services two at a time; this many show what becomes of them. */
const theirServices = 10
const rounds = 5

/** `kill -9` of the manager itself: how long until all services have a manager again, and how many do not live to see it. */
export function death(lab) {
  return withBoth(lab, async ({ troupe, pm2 }) => {
    const ours = await startOn(lab, troupe, ourServices)
    const theirs = await startOn(lab, pm2, theirServices)
    const { deaths, node } = await interleaved(rounds, {
      deaths: () => killTroupe(troupe, ours),
      node: async () => (await run([process.execPath, '-e', '0'], { env: lab.env() })).ms,
    })
    const known = await killPm2(pm2, theirs)
    return linesOf({
      deaths,
      node,
      ourLoss: share(ours.filter((pid) => !isRunning(pid)).length, ourServices),
      theirLoss: share(theirServices - known, theirServices),
    })
  })
}

async function startOn(lab, manager, count) {
  const { file, ups } = lab.declare(count)
  await manager.run('start', file)
  await ups.reach(count)
  return ups.pids()
}

async function killTroupe(troupe, services) {
  const [pid] = await troupe.pids()
  const killedAt = Date.now()
  process.kill(pid, 'SIGKILL')
  const recovered = await until('the manager has recovered', () => recoveryOf(troupe, killedAt))
  const { adopted, bootMs } = recovered.data
  if (adopted !== services.length) throw new Error(`only ${adopted} services were adopted`)
  return { ms: Date.parse(recovered.time) - killedAt, bootMs }
}

/** The first word of the next manager about itself; undefined while nobody answers. */
async function recoveryOf(troupe, since) {
  const client = await troupe.connect().catch(() => undefined)
  if (client === undefined) return undefined
  try {
    for await (const item of client.events({ since, types: ['host.recovered'] })) {
      if (item.kind === 'event') return item.event
    }
    return undefined
  } catch {
    return undefined
  } finally {
    await client.close()
  }
}

/** How many services the next daemon knows. Those that nobody knows any more are ended here. */
async function killPm2(pm2, services) {
  const [pid] = await pm2.pids()
  process.kill(pid, 'SIGKILL')
  await until('the daemon is gone', () => !isRunning(pid))
  // The first command brings a daemon up, and says so; the second prints JSON alone.
  await pm2.run('ping')
  const { stdout } = await pm2.run('jlist')
  const known = JSON.parse(stdout)
  for (const orphan of services.filter(isRunning)) process.kill(orphan, 'SIGKILL')
  return known.length
}

function share(part, whole) {
  return (part / whole) * 100
}

function linesOf({ deaths, node, ourLoss, theirLoss }) {
  return [
    line({
      work: `\`kill -9\` of the manager until ${ourServices} services are re-adopted`,
      unit: 'ms',
      ours: deaths.map(({ ms }) => ms),
      against: '`node -e 0`',
      theirs: node,
      budget: { of: 'value', atMost: 500 },
    }),
    line({
      work: '… of that, from the start of the next manager',
      unit: 'ms',
      ours: deaths.map(({ bootMs }) => bootMs),
    }),
    line({
      work: `… services lost (${rounds} deaths)`,
      unit: 'percent',
      ours: ourLoss,
      against: 'PM2 (one death)',
      theirs: theirLoss,
      budget: { of: 'value', atMost: 0 },
    }),
  ]
}
