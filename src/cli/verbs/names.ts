import type { Call } from '../call.ts'
import { findSession } from '../session.ts'

/** What may stand behind a verb for services, one name a line, for the completion of shells; silent where no manager runs. */
export async function names({ options, place }: Call): Promise<number> {
  const session = await findSession(place)
  const { instances } = (await session?.ask('status', [], {})) ?? { instances: [] }
  const services = [...new Set(instances.map(({ service }) => service))]
  if (options.json === true) place.screen.print(JSON.stringify({ names: services }))
  else if (services.length > 0) place.screen.print([...services, 'all'].join('\n'))
  return 0
}
