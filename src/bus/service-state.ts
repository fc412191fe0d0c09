import { decodeName } from '../protocol/names.ts'
import type { Command } from './script.ts'
import { asTexts, pairsOf } from './stream-entries.ts'

/** How one service stands on one host, as its manager told last. */
export interface ServiceState {
  readonly service: string
  readonly host: string
  /** In one word: `online`, `stopped`, `errored`, … */
  readonly status: string
  /** Of its only process. */
  readonly pid?: number
  readonly restarts: number
  /** Instances that are online, of `total`. */
  readonly online: number
  readonly total: number
  /** When it came to be so, RFC 3339. */
  readonly at: string
  /** Where the event that told it stands in the log. */
  readonly sequence: string
  readonly logid: string
}

const statesAtOnce = 500

/** In portions: one HGETALL of a large fleet stops everybody else. */
export async function readStates(command: Command, key: string): Promise<readonly ServiceState[]> {
  const states = new Map<string, string>()
  let cursor = '0'
  do {
    const reply = await command('HSCAN', key, cursor, 'COUNT', statesAtOnce)
    const [next, found] = Array.isArray(reply) ? reply : []
    cursor = String(next ?? '0')
    for (const [field, json] of pairsOf(asTexts(found))) states.set(field, json)
  } while (cursor !== '0')
  return [...states].flatMap(([field, json]) => stateOf(field, json))
}

/** A service's name is encoded, so the last `@` is the one between service and host. */
function stateOf(field: string, json: string): readonly ServiceState[] {
  const at = field.lastIndexOf('@')
  try {
    // What a manager wrote; a field that is none of ours is left out.
    const state = JSON.parse(json) as Omit<ServiceState, 'service' | 'host'>
    return [{ ...state, service: decodeName(field.slice(0, at)), host: field.slice(at + 1) }]
  } catch {
    return []
  }
}
