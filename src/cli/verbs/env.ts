import type { Call } from '../call.ts'
import { columns } from '../columns.ts'
import { readEnvironment } from '../environ.ts'
import type { InstanceView, ServiceView } from '../../protocol/views.ts'
import { needSession } from '../session.ts'

/** The variables of services: names and origins, or with `--values` what their processes were started with. */
export async function env(call: Call): Promise<number> {
  const session = await needSession(call.place)
  // PM2 prints nothing but values.
  if (call.options.values === true || call.place.isPm2 === true) {
    return printValues((await session.ask('status', call.words, {})).instances, call)
  }
  return printNames((await session.ask('describe', call.words, {})).services, call)
}

/** Read from the processes themselves, as their user: no value leaves the manager. */
function printValues(instances: readonly InstanceView[], { options, place }: Call): number {
  const { screen } = place
  const read = instances.map(({ service, slot, pid }) => ({
    instance: `${service}#${slot}`,
    values: pid === undefined ? undefined : readEnvironment(pid),
  }))
  if (options.json === true) screen.print(JSON.stringify(read))
  else {
    for (const { instance, values } of read) {
      if (read.length > 1) screen.print(screen.paint.title(instance))
      for (const [name, value] of Object.entries(values ?? {})) screen.print(`${name}: ${value}`)
    }
  }
  const unread = read.filter(({ values }) => values === undefined).map(({ instance }) => instance)
  for (const instance of unread) {
    screen.note(`${instance}: no process whose variables could be read`)
  }
  return unread.length === 0 ? 0 : 1
}

/** The names of the variables that services get, and where each comes from; no value leaves the manager. */
function printNames(services: readonly ServiceView[], { options, place }: Call): number {
  const { screen } = place
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
  screen.note('values are not shown; with --values, those of the processes here are')
  return 0
}
