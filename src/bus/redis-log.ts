import { type LifecycleEvent, withLogPosition } from '../protocol/envelope.ts'
import { type Keys, keysOf } from '../protocol/names.ts'
import type { Bookmark } from '../protocol/answers.ts'
import { beforeAll } from '../protocol/stream-id.ts'
import type { EventLog } from '../protocol/watch.ts'
import type { Command } from './script.ts'
import { readStates, type ServiceState } from './service-state.ts'
import { asEntries, asTexts, type StreamEntry } from './stream-entries.ts'

/** The event log of a fleet. */
export interface FleetLog extends EventLog<ServiceState> {
  states(): Promise<readonly ServiceState[]>
  /** From where on everything since `ms` is told, as far back as the log goes; ms since 1970, of Redis TIME. */
  since(ms: number): Promise<Bookmark>
}

/** Reads through `command`: a link's own, so that on one connection subscribing comes before the catching up. */
export function redisLog(command: Command, ns: string): FleetLog {
  const keys = keysOf(ns)
  return {
    bookmark: () => endOf(command, keys),
    range: (after, count) => readEvents(command, keys.log, after, count),
    states: () => readStates(command, keys.state),
    async since(ms) {
      const { epoch } = await endOf(command, keys)
      const earlier = await command('XREVRANGE', keys.log, `(${ms}-0`, '-', 'COUNT', 1)
      const [before] = asEntries(earlier)
      if (before !== undefined) return { epoch, sequence: numberOf(before) ?? 0, lastId: before.id }
      const [first] = asEntries(await command('XRANGE', keys.log, '-', '+', 'COUNT', 1))
      const number = first === undefined ? undefined : numberOf(first)
      return number === undefined
        ? endOf(command, keys)
        : { epoch, sequence: number - 1, lastId: beforeAll }
    },
  }
}

/**
 * The end of the log, as it was at one moment. There is no one command for it that a reader's
 * ACL allows, so the epoch is read on both sides of the entry: the same one means the same log.
 */
async function endOf(command: Command, keys: Keys): Promise<Bookmark> {
  const meta = (): Promise<unknown> => command('HMGET', keys.meta, 'epoch', 'seq')
  for (;;) {
    const [before, newest, now] = await Promise.all([
      meta(),
      command('XREVRANGE', keys.log, '+', '-', 'COUNT', 1),
      meta(),
    ])
    const end = endFrom(asTexts(before), asEntries(newest)[0], asTexts(now))
    if (end !== undefined) return end
  }
}

/** Undefined when the log changed in between. */
function endFrom(
  before: readonly string[],
  newest: StreamEntry | undefined,
  now: readonly string[],
): Bookmark | undefined {
  const [epoch = '', counted = ''] = now
  if (before[0] !== now[0]) return undefined
  const number = newest === undefined ? undefined : numberOf(newest)
  const lastId = newest?.id ?? beforeAll
  if (number !== undefined) return { epoch, sequence: number, lastId }
  return before[1] === now[1] ? { epoch, sequence: Number(counted), lastId } : undefined
}

/** Entries that nobody can read are left out; if they stood for events, the hole tells. */
async function readEvents(
  command: Command,
  key: string,
  after: string,
  count: number,
): Promise<readonly LifecycleEvent[]> {
  let from = after
  for (;;) {
    const entries = asEntries(await command('XRANGE', key, `(${from}`, '+', 'COUNT', count))
    const events = entries.flatMap(eventOf)
    const last = entries.at(-1)
    if (events.length > 0 || last === undefined) return events
    from = last.id
  }
}

function eventOf(entry: StreamEntry): readonly LifecycleEvent[] {
  const number = numberOf(entry)
  if (number === undefined) return []
  try {
    const body = withLogPosition(entry.fields.get('e') ?? '', entry.id, number)
    // What our own script wrote: the shape is the producer's promise.
    return [JSON.parse(body) as LifecycleEvent]
  } catch {
    return []
  }
}

function numberOf({ fields }: StreamEntry): number | undefined {
  const number = Number(fields.get('seq') ?? Number.NaN)
  return Number.isSafeInteger(number) ? number : undefined
}
