import type { Call } from '../call.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Gives a service so many instances, or so many more or fewer. */
export async function scale(call: Call): Promise<number> {
  const [service = '', to = ''] = call.words
  const session = await openSession(call.place)
  return report(session, call, await session.ask('scale', [service], { to }))
}
