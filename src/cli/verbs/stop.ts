import type { Call } from '../call.ts'
import { refuseFileOptions } from '../declared.ts'
import { graceIn } from '../grace.ts'
import { namesOf } from '../names.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Stops services; resolves when their processes are gone. */
export async function stop(call: Call): Promise<number> {
  refuseFileOptions(call)
  const session = await openSession(call.place)
  const names = await namesOf(session, call)
  if (names.length === 0) return report(session, call, { instances: [] })
  return report(session, call, await session.ask('stop', names, graceIn(call)))
}
