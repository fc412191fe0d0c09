import type { Call } from '../call.ts'
import { hostText } from '../host-text.ts'
import { openSession } from '../session.ts'

/** Asks the manager whether it is there, and makes sure that one is. */
export async function ping({ options, place }: Call): Promise<number> {
  const session = await openSession(place)
  const host = await session.ask('ping', [], {})
  if (options.json === true) place.screen.print(JSON.stringify(host))
  else place.screen.print(`pong · pid ${host.pid} · troupe ${host.version} · ${hostText(host)}`)
  return 0
}
