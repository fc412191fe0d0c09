import type { Call } from '../call.ts'
import type { printStatus as PrintStatus } from '../status.ts'
import { findSession, noManager, type Session } from '../session.ts'

/** Every instance of this host, or of the services named. */
export async function list(call: Call): Promise<number> {
  const { options, place } = call
  // Loaded while the manager answers.
  const drawing = import('../status.ts')
  const session = await findSession(place)
  if (session === undefined) {
    if (options.json === true) place.screen.print(JSON.stringify({ instances: [] }))
    else place.screen.note(`${noManager(place)}; start one with: troupe start <file>`)
    return 0
  }
  const draw = (current: Session): Promise<void> => drawn(current, call, drawing)
  if (options.watch === undefined) await draw(session)
  else await (await import('../again.ts')).again(session, place, draw)
  return 0
}

async function drawn(
  session: Session,
  { words, options, place }: Call,
  drawing: Promise<{ readonly printStatus: typeof PrintStatus }>,
): Promise<void> {
  const { screen } = place
  const status = await session.ask('status', words, {})
  if (options.json === true) return screen.print(JSON.stringify(status))
  if (options.sort === undefined && options.miniList !== true) {
    return (await drawing).printStatus(status, place)
  }
  const { miniList, sorted } = await import('../listing.ts')
  const instances = sorted(status.instances, options.sort ?? 'id')
  if (options.miniList === true) screen.print(miniList(instances, place.clock.date()))
  else (await drawing).printStatus({ ...status, instances }, place, true)
}
