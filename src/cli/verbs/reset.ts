import type { Call } from '../call.ts'
import { namesOf } from '../names.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Forgets how often services failed and were restarted. */
export async function reset(call: Call): Promise<number> {
  const session = await openSession(call.place)
  const names = await namesOf(session, call)
  return report(session, call, await session.ask('reset', names, {}))
}
