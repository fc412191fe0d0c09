import type { EventData } from '../protocol/events.ts'
import type { InstanceState, InstanceView } from '../protocol/views.ts'

/** Worst first: the word for a service whose instances differ. */
const worst: readonly InstanceState[] = [
  'stuck',
  'errored',
  'backoff',
  'killing',
  'stopping',
  'adopting',
  'waiting',
  'preparing',
  'spawning',
  'starting',
  'draining',
  'online',
  'stopped',
]

/** How a service as a whole stands. It is to be up where any of its instances is. */
export function aggregate(views: readonly InstanceView[]): EventData['service.state'] {
  const online = views.filter(({ state }) => state === 'online').length
  const status = worst.find((state) => views.some((view) => view.state === state)) ?? 'stopped'
  const pid = views.find((view) => view.pid !== undefined)?.pid
  return {
    desired: views.some(({ desired }) => desired === 'up') ? 'up' : 'down',
    online,
    total: views.length,
    status,
    restarts: views.reduce((sum, { restarts }) => sum + restarts, 0),
    ...(pid === undefined ? {} : { pid }),
  }
}
