import type { Cancel } from '../base/clock.ts'
import type { LifecycleEvent } from '../protocol/envelope.ts'
import { channelsOf } from '../protocol/names.ts'
import { type LiveEvents, watch, type WatchItem } from '../protocol/watch.ts'
import { type FleetEventsOptions, isWanted } from '../protocol/watch-wanted.ts'
import type { Carrier } from './carrier.ts'
import { orAborted } from './or-aborted.ts'
import type { FleetLog } from './redis-log.ts'
import type { ServiceState } from './service-state.ts'

type Item = WatchItem<ServiceState>

/** What a watcher of a fleet needs of its connection. */
export interface FleetWatchPorts {
  readonly ns: string
  /** Its reads wait for Redis, until `over`. */
  readonly log: FleetLog
  readonly carrier: Pick<Carrier, 'subscribe'>
  /** The watch is to end, quietly. */
  readonly over: AbortSignal
  /** Calls `wake` with every beat and with every new connection. */
  readonly nudge: (wake: () => void) => Cancel
}

/** The events of a fleet as its log has them, and those that are wanted of them. */
export function fleetEvents(
  ports: FleetWatchPorts,
  options: FleetEventsOptions,
): AsyncIterable<Item> {
  const { since, after } = options
  // Begun before this returns: what the caller asks of Redis next happens after the bookmark is read.
  const items = since === undefined ? from(ports, after) : past(ports, since)
  return (async function* () {
    try {
      for await (const item of items) if (isWanted(item, options)) yield item
    } catch (thrown) {
      if (!ports.over.aborted) throw thrown
    }
  })()
}

function from(ports: FleetWatchPorts, bookmark: Item['bookmark'] | undefined): AsyncIterable<Item> {
  const { log, over, nudge } = ports
  const begin = bookmark === undefined ? {} : { from: bookmark }
  return watch(log, liveEvents(ports), { ...begin, signal: over, nudge })
}

async function* past(ports: FleetWatchPorts, since: Date | number): AsyncIterable<Item> {
  yield* from(ports, await ports.log.since(Number(since)))
}

/** Subscribing waits for Redis as well, and the wish to listen outlives every connection. */
function liveEvents({ ns, carrier, over }: FleetWatchPorts): LiveEvents {
  return {
    async subscribe(hear) {
      const subscribed = carrier.subscribe(channelsOf(ns).everyEvent, (payload) => {
        const event = parsed(payload)
        if (event !== undefined) hear(event)
      })
      // Too late to be wanted, it still has to be undone.
      const leave = (): void => void subscribed.then((cancel) => cancel()).catch(() => {})
      over.addEventListener('abort', leave, { once: true })
      return orAborted(over, subscribed)
    },
  }
}

/** Anybody may publish there; what is no event is nobody's loss, for the log tells. */
function parsed(payload: string): LifecycleEvent | undefined {
  try {
    const event = JSON.parse(payload) as LifecycleEvent
    const isPlaced = /^\d+-\d+$/.test(event.logid ?? '') && typeof event.sequence === 'string'
    return isPlaced && typeof event.data.host === 'string' ? event : undefined
  } catch {
    return undefined
  }
}
