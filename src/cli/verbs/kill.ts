import type { Call } from '../call.ts'
import { afterParting, findSession, noManager } from '../session.ts'

/** Stops every service, then the manager. */
export async function kill({ options, place }: Call): Promise<number> {
  const { screen } = place
  const session = await findSession(place)
  if (session === undefined) {
    if (options.json === true) screen.print(JSON.stringify({ stopped: 0 }))
    else screen.print(`${noManager(place)}: nothing to stop`)
    return 0
  }
  const result = await session.ask('kill', [], {})
  await afterParting(session, place)
  const count = `${result.stopped} instance${result.stopped === 1 ? '' : 's'}`
  if (options.json === true) screen.print(JSON.stringify(result))
  else screen.print(`${count} and the manager stopped`)
  return 0
}
