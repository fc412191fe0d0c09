import type { Call } from '../call.ts'
import { namesOf } from '../names.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Sends a signal to the main processes of services: `SIGUSR2`, or `USR2` for short. */
export async function signal(call: Call): Promise<number> {
  const [name = '', ...words] = call.words
  const spelled = name.toUpperCase()
  const full = spelled.startsWith('SIG') ? spelled : `SIG${spelled}`
  const session = await openSession(call.place)
  const names = await namesOf(session, { ...call, words })
  return report(session, call, await session.ask('signal', names, { signal: full }))
}
