import type { Call } from '../call.ts'
import { homeText } from '../host-text.ts'
import { openSession } from '../session.ts'

/** Keeps what is declared now for `resurrect`. */
export async function save({ options, place }: Call): Promise<number> {
  const session = await openSession(place)
  const result = await session.ask('save', [], {})
  const { services, file } = result
  const count = `${services} service${services === 1 ? '' : 's'}`
  if (options.json === true) place.screen.print(JSON.stringify(result))
  else place.screen.print(`${count} saved in ${homeText(file, place.env)}`)
  return 0
}
