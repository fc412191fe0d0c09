import type { InstanceView } from '../../protocol/views.ts'
import type { Call } from '../call.ts'
import { findSession } from '../session.ts'

/** Pids, one a line, as PM2 prints them: 0 for an instance that does not run. */
export async function pid(call: Call): Promise<number> {
  const pids = (await instancesOf(call)).map((view) => view.pid ?? 0)
  const { screen } = call.place
  if (call.options.json === true) screen.print(JSON.stringify(pids))
  else for (const each of pids) screen.print(String(each))
  return 0
}

/** Ids of instances, as PM2 prints them: `[ 0, 1 ]`. */
export async function id(call: Call): Promise<number> {
  const ids = (await instancesOf(call)).map((view) => view.id)
  const { screen } = call.place
  if (call.options.json === true) screen.print(JSON.stringify(ids))
  else screen.print(ids.length === 0 ? '[]' : `[ ${ids.join(', ')} ]`)
  return 0
}

async function instancesOf({ words, place }: Call): Promise<readonly InstanceView[]> {
  const session = await findSession(place)
  if (session === undefined) return []
  return (await session.ask('status', words, {})).instances
}
