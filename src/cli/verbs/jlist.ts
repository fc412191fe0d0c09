import { TroupeError } from '../../base/errors.ts'
import type { ServiceView } from '../../protocol/views.ts'
import type { Call } from '../call.ts'
import { processDescriptions } from '../process-description.ts'
import { findSession, type Session } from '../session.ts'

/** What `pm2 jlist` prints, of the services here: an array without a line break. */
export async function jlist({ place }: Call): Promise<number> {
  const session = await findSession(place)
  const descriptions = session === undefined ? [] : await describeAll(session, place.env)
  place.screen.write(JSON.stringify(descriptions))
  return 0
}

async function describeAll(session: Session, env: NodeJS.ProcessEnv) {
  const [{ instances }, services] = await Promise.all([
    session.ask('status', [], {}),
    everyService(session),
  ])
  return processDescriptions(services, instances, env['USER'] ?? '')
}

async function everyService(session: Session): Promise<readonly ServiceView[]> {
  try {
    return (await session.ask('describe', ['all'], {})).services
  } catch (thrown) {
    // Where nothing is declared, `all` names nothing.
    if (TroupeError.is(thrown, 'E_NO_SUCH_SERVICE')) return []
    throw thrown
  }
}
