import type { Call, Handlers } from './call.ts'
import type { Roster } from './roster.ts'
import type { UpdateOp } from './source/destination.ts'
import type { Sources } from './source/sources.ts'
import type { Updated } from './source/update.ts'
import { resolveTargets } from './targets.ts'

interface Ports {
  readonly roster: Roster
  readonly sources: Sources
}

/** The verbs that move the source of services. */
export function sourceHandlers(ports: Ports): Pick<Handlers, UpdateOp> {
  return {
    pull: (call) => updateAll(ports, call, call.params.commit),
    forward: (call) => updateAll(ports, call),
    backward: (call) => updateAll(ports, call),
  }
}

function updateAll(
  { roster, sources }: Ports,
  { id, op, by, services, progress }: Call<UpdateOp>,
  commit?: string,
): Promise<Updated> {
  // All instances of a service have one source.
  const names = resolveTargets(services, roster.services).map(({ service }) => service)
  const chosen = roster.services.filter(({ spec }) => names.includes(spec.name))
  return sources.update(chosen, {
    op,
    asker: { by, cause: id },
    tell: progress,
    ...(commit === undefined ? {} : { commit }),
  })
}
