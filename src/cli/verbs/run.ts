import { TroupeError } from '../../base/errors.ts'
import { describeExit } from '../../base/exit.ts'
import { startableFrom } from '../../control/targets.ts'
import type { Declaration } from '../../declaration/service.ts'
import type { Call, Place } from '../call.ts'
import { declarationIn, declarationOf } from '../declared.ts'
import { doorOf } from '../door.ts'
import type { Ending } from '../foreground/ending.ts'
import { MergedLogs } from '../foreground/merged-logs.ts'
import { ForegroundRun } from '../foreground/foreground-run.ts'
import { makeTemporaryHome, type TemporaryHome } from '../foreground/temporary-home.ts'
import { afterParting, findSession } from '../session.ts'

/**
 * Runs services in the foreground: a manager in a home of its own, which ends with the services.
 * SIGTERM and SIGINT stop them in order; the exit code is theirs.
 */
export async function run(call: Call): Promise<number> {
  const declaration = withRotation(await declared(call))
  if (process.pid === 1) call.place.screen.note(asInit)
  const temporary = await makeTemporaryHome(call.place.env)
  const place = placeIn(temporary, call.place)
  const foreground = new ForegroundRun(place, declaration, logsOf(declaration, call))
  const stop = (): void =>
    void foreground.stop().catch((thrown: unknown) => {
      place.screen.note(`the stop was not heard: ${String(thrown)}`)
    })
  process.on('SIGTERM', stop).on('SIGINT', stop)
  try {
    const { client } = await place.door.ensure()
    await client.close()
    const ending = await foreground.run()
    tell(ending, place)
    return ending.code
  } finally {
    await strike(place)
    await temporary.remove()
    process.off('SIGTERM', stop).off('SIGINT', stop)
  }
}

const asInit =
  'note: Node.js as pid 1 does not collect what orphans leave behind; let a small init do it: docker run --init'

async function declared(call: Call): Promise<Declaration> {
  const [word = '', ...more] = call.words
  if (more.length > 0) {
    throw new TroupeError('E_USAGE', 'run takes one file or script', {
      hint: `for arguments of the script: troupe run ${word} -- ${more.join(' ')}`,
    })
  }
  return startableFrom(word) === 'declaration'
    ? declarationIn(word, call)
    : declarationOf(word, call)
}

/** Logs in the temporary home are for nobody to read later: what was printed is not kept for long. */
function withRotation(declaration: Declaration): Declaration {
  const services = declaration.services.map((spec) =>
    spec.rotation === undefined || (spec.outFile ?? spec.errorFile) !== undefined
      ? spec
      : { ...spec, rotation: { ...spec.rotation, keep: 1 } },
  )
  return { ...declaration, services }
}

function placeIn({ home }: TemporaryHome, place: Place): Place {
  const env = { ...place.env, TROUPE_HOME: home.dir }
  return { ...place, home, env, door: doorOf(home, env, place.clock) }
}

function logsOf({ services }: Declaration, { place, options }: Call): MergedLogs {
  return new MergedLogs({
    screen: place.screen,
    isJson: options.json === true,
    hasNames: services.length > 1 || services.some(({ instances }) => instances > 1),
    numbered: numberedIn(services),
  })
}

/** Instances that write one log cannot be told apart in it. */
function numberedIn(services: Declaration['services']): ReadonlySet<string> {
  const apart = services.filter(
    ({ instances, mergeLogs, execMode }) => instances > 1 && !mergeLogs && execMode === 'fork',
  )
  return new Set(apart.map(({ name }) => name))
}

function tell({ culprit }: Ending, { screen }: Place): void {
  if (culprit === undefined) return
  const { service, slot, state, why, lastExit } = culprit
  const isGivenUp = state !== 'stopped' || lastExit === undefined
  const what = isGivenUp
    ? `${state}: ${why ?? 'nobody knows why'}`
    : `ended with ${describeExit(lastExit.exit)}`
  screen.note(`${screen.paint.bad('✗')} ${service}#${slot} ${what}`)
}

/** The manager leaves with everything that still runs. */
async function strike(place: Place): Promise<void> {
  const session = await findSession(place).catch(() => undefined)
  if (session === undefined) return
  await session.ask('kill', [], {}).catch(() => {})
  await afterParting(session, place)
}
