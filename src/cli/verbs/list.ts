import type { Call, Place } from '../call.ts'
import { busText } from '../host-text.ts'
import { findSession, noManager, type Session } from '../session.ts'
import { instanceTable } from '../table.ts'

/** Every instance of this host, or of the services named. */
export async function list({ words, options, place }: Call): Promise<number> {
  const { screen } = place
  const session = await findSession(place)
  if (session === undefined) {
    if (options.json === true) screen.print(JSON.stringify({ instances: [] }))
    else screen.note(`${noManager(place)}; start one with: troupe start <file>`)
    return 0
  }
  if (options.json === true) screen.print(JSON.stringify(await session.ask('status', words, {})))
  else await printTable(session, place, words)
  return 0
}

/** The table that stands under every answer about services. */
export async function printTable(
  session: Session,
  { screen, clock }: Place,
  words: readonly string[] = [],
): Promise<void> {
  const { host, instances } = await session.ask('status', words, {})
  const { paint } = screen
  if (instances.length > 0) screen.print(instanceTable(instances, { paint, now: clock.date() }))
  else screen.note('no service is declared here; declare some with: troupe start <file>')
  if (host.bus.kind === 'down') screen.note(paint.busy(busText(host.bus)))
  for (const trouble of host.degraded) screen.note(paint.bad(`this host: ${trouble}`))
}
