import type { Call } from '../call.ts'
import type { ProcessDescription } from '../../pm2/process-description.ts'
import { findSession, type Session } from '../session.ts'

/** What `pm2 jlist` prints, of the services here: an array without a line break. */
export async function jlist({ place }: Call): Promise<number> {
  const session = await findSession(place)
  const descriptions = session === undefined ? [] : await describeAll(session, place.env)
  place.screen.write(JSON.stringify(descriptions))
  return 0
}

/** The same, as `util.inspect` shows it. */
export async function prettylist({ place }: Call): Promise<number> {
  const { inspect } = await import('node:util')
  const session = await findSession(place)
  const descriptions = session === undefined ? [] : await describeAll(session, place.env)
  place.screen.print(inspect(descriptions, { depth: null, maxArrayLength: null }))
  return 0
}

async function describeAll(
  session: Session,
  env: NodeJS.ProcessEnv,
): Promise<readonly ProcessDescription[]> {
  // Loaded while the manager answers.
  const describing = import('../../pm2/process-description.ts')
  const { instances } = await session.ask('status', [], {})
  // Where nothing is declared, `all` names nothing, and asking for it would be refused.
  if (instances.length === 0) return []
  const { services } = await session.ask('describe', ['all'], {})
  const { processDescriptions } = await describing
  return processDescriptions(services, instances, env['USER'] ?? '')
}
