import type { Call } from '../call.ts'
import { refuseFileOptions } from '../declared.ts'
import { graceIn } from '../grace.ts'
import { namesOf } from '../names.ts'
import { reportGone } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Stops services and forgets them. */
export async function remove(call: Call): Promise<number> {
  refuseFileOptions(call)
  const session = await openSession(call.place)
  const names = await namesOf(session, call)
  if (names.length === 0) return reportGone(session, call, { instances: [] })
  return reportGone(session, call, await session.ask('delete', names, graceIn(call)))
}
