import { describeExit } from '../base/exit.ts'
import { showBytes, showMillis } from '../base/units.ts'
import type { EventData, EventDraft, EventScope, EventType } from './events.ts'

type Phrase<T extends EventType> = (data: EventData[T], scope: EventScope) => string
type Phrases = { readonly [T in EventType]: Phrase<T> }

/** One sentence for people: `worker@laptop online pid=41391, restart 2`. */
export function sentence(draft: EventDraft, host: string): string {
  // The table pairs each type with its data; the union loses the pairing, so it is restored here.
  const phrase = phrases[draft.type] as Phrase<EventType>
  return `${whoIs(draft, host)} ${phrase(draft.data as never, draft)}${asker(draft)}`
}

function whoIs({ service, slot }: EventScope, host: string): string {
  if (service === undefined) return host
  return slot === undefined || slot === 0 ? `${service}@${host}` : `${service}#${slot}@${host}`
}

function asker({ by, type }: EventDraft): string {
  if (by === undefined) return ''
  return type === 'instance.restarting' ||
    type === 'instance.stopping' ||
    type === 'instance.requested'
    ? `, asked by ${by}`
    : `, by ${by}`
}

const phrases: Phrases = {
  'host.up': ({ version, pid }) => `manager ${version} is up, pid=${pid}`,
  'host.recovered': ({ adopted, missedExits, bootMs }) =>
    `recovered in ${Math.round(bootMs)} ms: ${adopted} adopted, ${missedExits} exits while away`,
  'host.detaching': ({ reason }) => `manager leaves, services stay: ${reason}`,
  'host.shutdown': ({ reason }) => `manager and services stop: ${reason}`,
  'host.degraded': ({ reasons }) => `degraded: ${reasons.join(', ')}`,
  'host.ok': () => 'is well again',
  'host.bus_lost': ({ why }) => `lost Redis: ${why}`,
  'host.bus_restored': ({ outageMs, queued }) =>
    `has Redis again after ${showMillis(outageMs)}, ${queued} events waited`,
  'host.gap': ({ lost }) => `lost ${lost} events while Redis was away`,
  'fleet.host_up': ({ host }) => `sees ${host} up`,
  'fleet.host_unreachable': ({ host, why }) => `cannot reach ${host}: ${why}`,
  'fleet.host_down': ({ host, why }) => `takes ${host} for down: ${why}`,
  'service.declared': ({ instances }) => `declared, ${counted(instances, 'instance')}`,
  'service.removed': () => 'removed',
  'service.note': ({ about, what }) => `${about}: ${what}`,
  'service.state': ({ status, online, total }) => `is ${status}, ${online} of ${total} online`,
  'service.summary': ({ count, last }) => `${count} events folded, last ${last}`,
  'group.restarting': ({ strategy, trigger, stopped }) =>
    `${strategy}: ${trigger} failed, so ${stopped.join(', ')} restart too`,
  'group.exhausted': ({ max, windowMs }) =>
    `group stopped: more than ${max} failures in ${showMillis(windowMs)}`,
  'instance.requested': ({ restart }) => (restart ? 'starts again' : 'starts'),
  'instance.waiting': ({ why }) => why,
  'instance.spawned': ({ guardPid }) => `spawned, guard ${guardPid}`,
  'instance.start_failed': ({ why }) => `cannot start: ${why}`,
  'instance.online': ({ pid, restarts }) =>
    `online pid=${pid}${restarts > 0 ? `, restart ${restarts}` : ''}`,
  'instance.stable': ({ uptimeMs }) => `stable after ${showMillis(uptimeMs)}`,
  'instance.backoff_reset': ({ uptimeMs }) => `backoff forgotten after ${showMillis(uptimeMs)}`,
  'instance.restarting': ({ why }) => (why === 'asked' ? 'restarting' : `restarting: ${why}`),
  'instance.stopping': ({ pid, signal }) => `stopping pid=${pid} with ${signal}`,
  'instance.ready_timeout': ({ pid, timeoutMs }) =>
    `not ready within ${showMillis(timeoutMs)}, pid=${pid} is ended`,
  'instance.unhealthy': ({ pid, why }) => `unwell pid=${pid}: ${why}`,
  'instance.hook_failed': ({ hook, why }) => `${hook} failed: ${why}`,
  'instance.draining': ({ pid, deadlineMs }) =>
    `draining pid=${pid}, for ${showMillis(deadlineMs)} at most`,
  'instance.message': () => 'said something',
  'instance.killing': ({ pid }) => `killing${pid === undefined ? '' : ` pid=${pid}`}`,
  'instance.stuck': ({ survivors }) => `stuck: ${survivors.length} processes cannot be killed`,
  'instance.exited': ({ exit, pid, uptimeMs, observedLate }) =>
    `exited ${describeExit(exit)}${pid === undefined ? '' : ` pid=${pid}`} after ${showMillis(uptimeMs)}` +
    (observedLate ? ', while no manager watched' : ''),
  'instance.backoff': ({ attempt, delayMs }) =>
    delayMs === 0 ? 'restarts at once' : `waits ${showMillis(delayMs)} before attempt ${attempt}`,
  'instance.errored': ({ why }) => `given up: ${why}`,
  'instance.completed': ({ why }) => `completed: ${why}`,
  'instance.stopped': () => 'stopped',
  'instance.adopted': ({ pid }) => `adopted pid=${pid}`,
  'reload.started': ({ slots, isRedeclared, why, signal }) =>
    `reloading ${counted(slots.length, 'instance')}${isRedeclared ? ', declared anew' : ''}` +
    (signal === undefined ? '' : ` by ${signal}`) +
    (why === undefined ? '' : `: ${why}`),
  'reload.step': ({ slot, replaced, total, signal }) =>
    `${signal === undefined ? 'replaced' : 'told'} #${slot}, ${replaced} of ${total}`,
  'reload.completed': ({ replaced, forced, ms }) =>
    `reloaded ${counted(replaced, 'instance')} in ${showMillis(ms)}` +
    (forced > 0 ? `, ${counted(forced, 'connection')} cut off` : ''),
  'reload.rolled_back': ({ why, left }) =>
    `reload rolled back: ${why}` +
    (left.length > 0 ? `; replaced already: ${left.map((slot) => `#${slot}`).join(', ')}` : ''),
  'reload.halted': ({ why }) => `reload halted: ${why}`,
  'primary.up': ({ pid }) => `primary up pid=${pid}`,
  'primary.adopted': ({ pid }) => `primary adopted pid=${pid}`,
  'primary.retired': () => 'primary ended, nobody needs it',
  'primary.lost': ({ exit }) => `primary lost: ${describeExit(exit)}`,
  'log.rotated': ({ rotatedTo, bytes }) => `rotated ${showBytes(bytes)} of log to ${rotatedTo}`,
  'orphan.found': ({ pid }) => `found an orphan, pid=${pid}`,
  'command.accepted': ({ op }) => `accepted ${op}`,
  'command.rejected': ({ op, reason }) => `rejected ${op ?? 'a message'}: ${reason}`,
  'command.done': ({ op, ms }) => `done ${op} in ${showMillis(ms)}`,
  'command.failed': ({ op, why }) => `failed ${op}: ${why}`,
  'actor.fault': ({ path, why }) => `actor ${path} failed: ${why}`,
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
