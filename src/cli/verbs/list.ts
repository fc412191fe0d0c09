import type { Call } from '../call.ts'
import { findSession, noManager } from '../session.ts'

/** Every instance of this host, or of the services named. */
export async function list({ words, options, place }: Call): Promise<number> {
  const { screen } = place
  // Loaded while the manager answers.
  const drawing = import('../status.ts')
  const session = await findSession(place)
  if (session === undefined) {
    if (options.json === true) screen.print(JSON.stringify({ instances: [] }))
    else screen.note(`${noManager(place)}; start one with: troupe start <file>`)
    return 0
  }
  const status = await session.ask('status', words, {})
  if (options.json === true) screen.print(JSON.stringify(status))
  else (await drawing).printStatus(status, place)
  return 0
}
