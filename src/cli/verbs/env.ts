import type { Call } from '../call.ts'
import { columns } from '../columns.ts'
import { needSession } from '../session.ts'

/** What every process is told, whatever it declares. */
const ours = [
  'PWD',
  'TROUPE_SERVICE',
  'TROUPE_INSTANCE',
  'TROUPE_ID',
  'TROUPE_HOST',
  'TROUPE_NAMESPACE',
  'TROUPE_HOME',
  'TROUPE_SOCKET',
]

/** The names of the variables that services get, and where each comes from; no value leaves the manager. */
export async function env({ words, options, place }: Call): Promise<number> {
  const { screen } = place
  const session = await needSession(place)
  const { services } = await session.ask('describe', words, {})
  const all = services.map(({ name, envNames, shellNames }) => ({
    service: name,
    variables: [
      ...envNames.map((variable) => ({ name: variable, from: 'declared' })),
      ...shellNames.map((variable) => ({ name: variable, from: 'shell' })),
      ...ours.map((variable) => ({ name: variable, from: 'troupe' })),
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
