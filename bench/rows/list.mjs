import { line } from '../support/line.mjs'
import { run } from '../support/run.mjs'
import { interleaved } from '../support/samples.mjs'
import { withBoth } from '../support/both.mjs'

const services = 10
const rounds = 15

/** What a person waits for: a whole process, from its start to its end. */
export function list(lab) {
  return withBoth(lab, async ({ troupe, pm2 }) => {
    await Promise.all([startOn(lab, troupe), startOn(lab, pm2)])
    const took = (command) => async () => (await command()).ms
    const samples = await interleaved(rounds, {
      node: took(() => run([process.execPath, '-e', '0'], { env: lab.env() })),
      list: took(() => troupe.run('list')),
      'pm2 list': took(() => pm2.run('list')),
      jlist: took(() => troupe.run('jlist')),
      'pm2 jlist': took(() => pm2.run('jlist')),
    })
    return ['list', 'jlist'].flatMap((verb) => linesOf(verb, samples))
  })
}

async function startOn(lab, manager) {
  const { file, ups } = lab.declare(services)
  await manager.run('start', file)
  await ups.reach(services)
}

function linesOf(verb, samples) {
  const common = { work: `\`${verb}\`, ${services} services`, unit: 'ms', ours: samples[verb] }
  return [
    line({
      ...common,
      against: '`node -e 0`',
      theirs: samples.node,
      budget: { of: 'ratio', atMost: 1.8 },
    }),
    line({
      ...common,
      against: 'PM2',
      theirs: samples[`pm2 ${verb}`],
      budget: { of: 'ratio', atMost: 0.45 },
    }),
  ]
}
