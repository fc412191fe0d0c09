import type { Call } from '../call.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Brings back what was saved. */
export async function resurrect(call: Call): Promise<number> {
  const session = await openSession(call.place)
  return report(session, call, await session.ask('resurrect', [], {}))
}
