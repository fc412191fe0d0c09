import { nearest } from '../base/nearest.ts'
import { TroupeError } from '../base/errors.ts'
import type { EventType } from '../protocol/events.ts'

/** Every type, by name, so that the compiler counts them. */
const known: Readonly<Record<EventType, true>> = {
  'host.up': true,
  'host.recovered': true,
  'host.detaching': true,
  'host.shutdown': true,
  'host.degraded': true,
  'host.ok': true,
  'host.bus_lost': true,
  'host.bus_restored': true,
  'host.gap': true,
  'fleet.host_up': true,
  'fleet.host_unreachable': true,
  'fleet.host_down': true,
  'service.declared': true,
  'service.removed': true,
  'service.note': true,
  'service.state': true,
  'service.summary': true,
  'group.restarting': true,
  'group.exhausted': true,
  'instance.requested': true,
  'instance.waiting': true,
  'instance.spawned': true,
  'instance.start_failed': true,
  'instance.online': true,
  'instance.stable': true,
  'instance.backoff_reset': true,
  'instance.restarting': true,
  'instance.stopping': true,
  'instance.ready_timeout': true,
  'instance.unhealthy': true,
  'instance.hook_failed': true,
  'instance.draining': true,
  'instance.message': true,
  'instance.killing': true,
  'instance.stuck': true,
  'instance.exited': true,
  'instance.backoff': true,
  'instance.errored': true,
  'instance.completed': true,
  'instance.stopped': true,
  'instance.adopted': true,
  'reload.started': true,
  'reload.step': true,
  'reload.completed': true,
  'reload.rolled_back': true,
  'reload.halted': true,
  'primary.up': true,
  'primary.adopted': true,
  'primary.retired': true,
  'primary.lost': true,
  'log.rotated': true,
  'orphan.found': true,
  'command.accepted': true,
  'command.rejected': true,
  'command.done': true,
  'command.failed': true,
  'actor.fault': true,
}

const types = Object.keys(known) as readonly EventType[]

/**
 * Reads `instance.exited,command`: a word without a dot means every type that begins with it.
 *
 * @throws TroupeError `E_USAGE` with the nearest type
 */
export function readEventTypes(text: string): readonly EventType[] {
  return text.split(',').flatMap((word) => {
    const found = types.filter((type) => type === word || type.startsWith(`${word}.`))
    if (found.length > 0) return found
    const meant = nearest(word, types)
    throw new TroupeError('E_USAGE', `no event is of type "${word}"`, {
      hint: meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : 'such as instance.exited',
    })
  })
}
