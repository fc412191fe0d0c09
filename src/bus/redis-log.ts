import { decodeName, keysOf } from '../protocol/names.ts'
import { type LifecycleEvent, withLogPosition } from '../protocol/envelope.ts'
import type { Bookmark } from '../protocol/operations.ts'
import type { Command } from './script.ts'
import { beforeAll } from './stream-id.ts'

/** The newest state of one service on one host, as its manager wrote it. */
export interface StateEntry {
  readonly service: string
  readonly host: string
  readonly json: string
}

/** The event log of a namespace, to be read: what a watcher catches up from (PROTOCOL §3). */
export interface EventLog {
  /** Where the log ends now. */
  bookmark(): Promise<Bookmark>
  /** At most `count` events after a position, oldest first; those that cannot be read are left out. */
  range(after: string, count: number): Promise<LogPage>
  /** The oldest position that is kept; undefined when the log is empty. */
  first(): Promise<string | undefined>
  states(): Promise<readonly StateEntry[]>
}

export interface LogPage {
  readonly events: readonly LifecycleEvent[]
  /** Where the next page begins: also past what could not be read. */
  readonly last: string
  readonly isEnd: boolean
}

const statesAtOnce = 500

/** Reads through `command`: a bus's own, so that on one connection SUBSCRIBE comes before the catching up. */
export function redisLog(command: Command, ns: string): EventLog {
  const keys = keysOf(ns)
  return {
    async bookmark() {
      const [epoch, sequence] = asTexts(await command('HMGET', keys.meta, 'epoch', 'seq'))
      const [newest] = asEntries(await command('XREVRANGE', keys.log, '+', '-', 'COUNT', 1))
      return {
        epoch: epoch ?? '',
        sequence: Number(sequence ?? 0),
        lastId: newest?.id ?? beforeAll,
      }
    },
    async range(after, count) {
      const reply = await command('XRANGE', keys.log, `(${after}`, '+', 'COUNT', count)
      const entries = asEntries(reply)
      return {
        events: entries.flatMap(eventOf),
        last: entries.at(-1)?.id ?? after,
        isEnd: entries.length < count,
      }
    },
    async first() {
      return asEntries(await command('XRANGE', keys.log, '-', '+', 'COUNT', 1))[0]?.id
    },
    states: () => readStates(command, keys.state),
  }
}

/** In portions: one HGETALL of a large fleet stops everybody else. */
async function readStates(command: Command, key: string): Promise<readonly StateEntry[]> {
  const states = new Map<string, string>()
  let cursor = '0'
  do {
    const reply = await command('HSCAN', key, cursor, 'COUNT', statesAtOnce)
    const [next, found] = Array.isArray(reply) ? reply : []
    cursor = String(next ?? '0')
    for (const [field, json] of pairsOf(asTexts(found))) states.set(field, json)
  } while (cursor !== '0')
  return [...states].map(([field, json]) => stateOf(field, json))
}

/** A service's name is encoded, so the last `@` is the one between service and host. */
function stateOf(field: string, json: string): StateEntry {
  const at = field.lastIndexOf('@')
  return { service: decodeName(field.slice(0, at)), host: field.slice(at + 1), json }
}

interface Entry {
  readonly id: string
  readonly fields: ReadonlyMap<string, string>
}

function eventOf({ id, fields }: Entry): readonly LifecycleEvent[] {
  try {
    const body = withLogPosition(fields.get('e') ?? '', id, Number(fields.get('seq')))
    // What our own script wrote: the shape is the producer's promise.
    return [JSON.parse(body) as LifecycleEvent]
  } catch {
    return []
  }
}

function asEntries(reply: unknown): readonly Entry[] {
  if (!Array.isArray(reply)) return []
  return reply.map((entry: unknown) => {
    const [id, fields] = Array.isArray(entry) ? entry : []
    return { id: String(id), fields: new Map(pairsOf(asTexts(fields))) }
  })
}

function asTexts(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map((part) => (part === null ? '' : String(part))) : []
}

function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((key, at) => (at % 2 === 0 ? [[key, flat[at + 1] ?? ''] as const] : []))
}
