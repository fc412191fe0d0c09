import type { Call } from '../call.ts'
import { afterParting, findSession, noManager } from '../session.ts'

/** The manager leaves, the services stay; the next manager adopts them. */
export async function detach({ options, place }: Call): Promise<number> {
  const { screen } = place
  const session = await findSession(place)
  if (session === undefined) {
    if (options.json === true) screen.print(JSON.stringify({}))
    else screen.print(`${noManager(place)}: services run on without one, or there are none`)
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
