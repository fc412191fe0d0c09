import { type EventType, shortType } from './events.ts'
import type { Bookmark } from './answers.ts'
import type { WatchItem } from './watch.ts'

/** Which events are wanted, and from when. */
export interface EventsOptions {
  /** Go on after an item seen before, with its `bookmark`. Without it and `since`: from now. */
  readonly after?: Bookmark
  /** Begin with what happened since then; a number is ms since 1970. */
  readonly since?: Date | number
  /** Only events about this service. */
  readonly service?: string
  /** Only these kinds, such as `instance.exited`. */
  readonly types?: readonly EventType[]
  /** Ends the iteration, quietly. */
  readonly signal?: AbortSignal
}

/** The same, of all hosts of a fleet. */
export interface FleetEventsOptions extends EventsOptions {
  /** Only events of this host. */
  readonly host?: string
}

/** Whether a watcher is told: a resync always, for it may stand for any event. */
export function isWanted(item: WatchItem, options: FleetEventsOptions): boolean {
  if (item.kind === 'resync') return true
  const { service, host, types } = options
  const { data, type } = item.event
  if (service !== undefined && data.service !== service) return false
  if (host !== undefined && data.host !== host) return false
  return types === undefined || isOneOf(types, type)
}

function isOneOf(types: readonly string[], type: string): boolean {
  return types.includes(shortType(type) ?? '')
}
