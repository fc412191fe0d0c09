import type { Cancel } from '../base/clock.ts'
import type { Call, Handlers } from './call.ts'
import type { Roster } from './roster.ts'
import type { UpdateOp } from './source/destination.ts'
import type { Sources } from './source/sources.ts'
import type { Updated } from './source/update.ts'
import { resolveTargets } from './targets.ts'

interface Ports {
  readonly roster: Roster
  readonly sources: Sources
  /** Lets changes of files be until the returned function is called. */
  readonly moving: (services: readonly string[]) => Cancel
}

/** The verbs that move the source of services. */
export function sourceHandlers(ports: Ports): Pick<Handlers, UpdateOp> {
  return {
    pull: (call) => updateAll(ports, call, call.params.commit),
    forward: (call) => updateAll(ports, call),
    backward: (call) => updateAll(ports, call),
  }
}

async function updateAll(
  { roster, sources, moving }: Ports,
  { id, op, by, services, progress }: Call<UpdateOp>,
  commit?: string,
): Promise<Updated> {
  // All instances of a service have one source.
  const names = resolveTargets(services, roster.services).map(({ service }) => service)
  const chosen = roster.services.filter(({ spec }) => names.includes(spec.name))
  const moved = moving(names)
  try {
    return await sources.update(chosen, {
      op,
      asker: { by, cause: id },
      tell: progress,
      ...(commit === undefined ? {} : { commit }),
    })
  } finally {
    moved()
  }
}
