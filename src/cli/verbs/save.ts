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

/** Forgets what was kept; what is declared stays. */
export async function clear({ options, place }: Call): Promise<number> {
  const session = await openSession(place)
  const result = await session.ask('save', [], { clear: true })
  if (options.json === true) place.screen.print(JSON.stringify(result))
  else place.screen.print('nothing is saved any more')
  return 0
}
