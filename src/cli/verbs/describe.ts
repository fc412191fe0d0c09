import type { Call } from '../call.ts'
import { descriptionOf } from '../description.ts'
import { openSession } from '../session.ts'

/** Everything about services, but the values of their variables. */
export async function describe({ words, options, place }: Call): Promise<number> {
  const { screen, clock } = place
  const session = await openSession(place)
  const result = await session.ask('describe', words, {})
  if (options.json === true) {
    screen.print(JSON.stringify(result))
    return 0
  }
  const used = await session.ask('status', words, {})
  const now = clock.date()
  const blocks = result.services.map((service) =>
    descriptionOf(service, used.instances, { paint: screen.paint, now }),
  )
  screen.print(blocks.join('\n\n'))
  return 0
}
