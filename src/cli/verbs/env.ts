import type { Call } from '../call.ts'
import { columns } from '../columns.ts'
import { needSession } from '../session.ts'

/** The names of the variables that services get, and where each comes from; no value leaves the manager. */
export async function env({ words, options, place }: Call): Promise<number> {
  const { screen } = place
  const session = await needSession(place)
  const { services } = await session.ask('describe', words, {})
  const all = services.map(({ name, envNames, shellNames, ownNames }) => ({
    service: name,
    variables: [
      ...envNames
        .filter((variable) => !ownNames.includes(variable))
        .map((variable) => ({ name: variable, from: 'declared' })),
      ...shellNames.map((variable) => ({ name: variable, from: 'shell' })),
      ...ownNames.map((variable) => ({ name: variable, from: 'troupe' })),
    ],
  }))
  if (options.json === true) {
    screen.print(JSON.stringify(all))
    return 0
  }
  for (const { service, variables } of all) {
    screen.print(screen.paint.title(service))
    screen.print(
      columns(variables.map(({ name, from }) => [`  ${name}`, screen.paint.faint(from)])),
    )
  }
  screen.note(
    String.raw`values are not shown; those of a process: tr '\0' '\n' < /proc/<pid>/environ`,
  )
  return 0
}
