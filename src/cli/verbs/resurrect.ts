import type { Call } from '../call.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Brings back what was saved. */
export async function resurrect(call: Call): Promise<number> {
  const session = await openSession(call.place)
  const outcome = await session.ask('resurrect', [], {})
  if (outcome.instances.length > 0) return report(session, call, outcome)
  const notes = ['nothing to bring back: whatever was saved is declared already']
  return report(session, call, { ...outcome, notes })
}
