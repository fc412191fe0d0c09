import { countLeftBehind } from '../../control/left-behind.ts'
import type { Call, Place } from '../call.ts'
import { afterParting, findSession, noManager } from '../session.ts'

/** The manager leaves, the services stay; the next manager adopts them. */
export async function detach({ options, place }: Call): Promise<number> {
  const { screen } = place
  const session = await findSession(place)
  if (session === undefined) {
    if (options.json === true) screen.print(JSON.stringify({}))
    else screen.print(`${noManager(place)}: ${await restText(place)}`)
    return 0
  }
  const result = await session.ask('detach', [], {})
  await afterParting(session, place)
  if (options.json === true) screen.print(JSON.stringify(result))
  else {
    screen.print(
      `the manager left (pid ${result.pid}), services stay; the next one adopts them: troupe ping`,
    )
  }
  return 0
}

async function restText({ home }: Place): Promise<string> {
  const count = await countLeftBehind(home)
  if (count === 0) return 'and no service runs'
  const services = `${count} process${count === 1 ? ' of a service runs' : 'es of services run'} on`
  return `${services} without one; the next one adopts them: troupe ping`
}
