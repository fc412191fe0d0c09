import { countLeftBehind } from '../../control/left-behind.ts'
import type { Call, Place } from '../call.ts'
import { afterParting, findSession, noManager, openSession, type Session } from '../session.ts'

/** Stops every service, then the manager. Services that run on without a manager get one, which stops them. */
export async function kill({ options, place }: Call): Promise<number> {
  const { screen } = place
  const session = (await findSession(place)) ?? (await sessionForRest(place))
  if (session === undefined) {
    if (options.json === true) screen.print(JSON.stringify({ stopped: 0 }))
    else screen.print(`${noManager(place)}: nothing to stop`)
    return 0
  }
  const result = await session.ask('kill', [], options.keep === true ? { keep: true } : {})
  await afterParting(session, place)
  const count = `${result.stopped} instance${result.stopped === 1 ? '' : 's'}`
  if (options.json === true) screen.print(JSON.stringify(result))
  else screen.print(`${count} and the manager stopped`)
  return 0
}

/** Only a manager knows how each of them wants to be stopped. */
async function sessionForRest(place: Place): Promise<Session | undefined> {
  return (await countLeftBehind(place.home)) === 0 ? undefined : openSession(place)
}
