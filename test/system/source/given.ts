import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../support/eventually.ts'
import { startManager } from '../../support/troupe.ts'
import { givenSource } from './repository.ts'

type App = Readonly<Record<string, unknown>>

/** A program that leaves word of which version runs, outside the working tree. */
export const saying = (version: string): string =>
  `require('node:fs').writeFileSync(process.env.RUNS, '${version}'); setInterval(() => {}, 1000)`
/** Ends at once. */
export const broken = `process.exit(3)`

/** A service that runs from a clone of one commit, v1. */
export async function running(app: App = {}) {
  const source = givenSource({ 'app.cjs': saying('v1') })
  const troupe = await startManager()
  const runs = join(troupe.home.dir, 'runs')
  const prepared = join(troupe.home.dir, 'prepared')
  const declare = (...apps: readonly App[]) =>
    troupe.declare({
      apps: apps.map((each) => ({
        name: 'web',
        script: join(source.dir, 'app.cjs'),
        cwd: source.dir,
        min_uptime: 300,
        env: { RUNS: runs, PREPARED: prepared },
        ...each,
      })),
    })
  await declare(app)
  const runsNow = () => readFileSync(runs, 'utf8')
  await eventually('v1 runs', () => (runsNow() === 'v1' ? true : undefined))
  return {
    troupe,
    source,
    declare,
    runsNow,
    pull: (commit?: string) =>
      troupe.client.command('pull', 'web', commit === undefined ? {} : { commit }),
    backward: () => troupe.client.command('backward', 'web', {}),
    forward: () => troupe.client.command('forward', 'web', {}),
    /** What `post_update` has written, a line each time. */
    prepared: () => readFileSync(prepared, 'utf8').trim().split('\n'),
  }
}

/** Writes which version it found, and with what. */
export const noting = `grep -o "'v[0-9]'" app.cjs >> "$PREPARED"; echo "$TROUPE_SERVICE in $PWD"  >> "$PREPARED"`
