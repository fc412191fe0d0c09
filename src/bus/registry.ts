import { channelsOf, keysOf } from '../protocol/names.ts'
import type { HostView } from '../protocol/views.ts'
import type { Command } from './script.ts'
import { asTexts, pairsOf } from './stream-entries.ts'

/** What Redis shows of a host, all of it read at one moment. */
export interface HostSigns {
  /** When its lease ends, in ms of the server's clock; absent: it has said bye, or never came. */
  readonly deadlineMs?: number
  /** Who listens on its command channel: its manager, and nobody else. */
  readonly listeners: number
}

/** A host that the fleet knows of. */
export interface RegisteredHost {
  readonly host: string
  readonly signs: HostSigns
  /** What its manager said of itself at its last join or report; absent when nobody could read it. */
  readonly info?: HostView
}

/** Everybody who is, or was, in a fleet, and the time at the server that it was read at. */
export interface Registry {
  /** ms since 1970, of the server's clock. */
  readonly nowMs: number
  /** By name. */
  readonly hosts: readonly RegisteredHost[]
}

/**
 * Reads who is in a fleet, in two round trips.
 *
 * @throws an error of the server, or `E_BUS_DOWN`
 */
export async function readRegistry(command: Command, ns: string): Promise<Registry> {
  const keys = keysOf(ns)
  const [time, leases, infos] = await Promise.all([
    command('TIME'),
    command('ZRANGEBYSCORE', keys.hosts, '-inf', '+inf', 'WITHSCORES'),
    command('HGETALL', keys.hostInfo),
  ])
  const deadlines = new Map(
    pairsOf(asTexts(flat(leases))).map(([host, score]) => [host, Number(score)]),
  )
  const told = new Map(pairsOf(asTexts(infos)))
  const names = [...new Set([...deadlines.keys(), ...told.keys()])].toSorted()
  const listeners = await listenersOf(command, ns, names)
  const [seconds = 0, micros = 0] = Array.isArray(time) ? time.map(Number) : []
  return {
    nowMs: seconds * 1_000 + Math.floor(micros / 1_000),
    hosts: names.map((host) => {
      const deadlineMs = deadlines.get(host)
      const info = infoFrom(told.get(host))
      const lease = deadlineMs === undefined ? {} : { deadlineMs }
      return {
        host,
        signs: { ...lease, listeners: listeners.get(host) ?? 0 },
        ...(info === undefined ? {} : { info }),
      }
    }),
  }
}

async function listenersOf(
  command: Command,
  ns: string,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (hosts.length === 0) return new Map()
  const channels = channelsOf(ns)
  const counted = await command('PUBSUB', 'NUMSUB', ...hosts.map((host) => channels.host(host)))
  const counts = pairsOf(asTexts(counted)).map(([, count]) => Number(count))
  return new Map(hosts.map((host, at) => [host, counts[at] ?? 0]))
}

/** RESP3 pairs members with their scores, RESP2 lists them in turn. */
function flat(answer: unknown): unknown {
  return Array.isArray(answer) ? answer.flat() : answer
}

/** Written by a manager of perhaps another version: what is no object is nothing. */
function infoFrom(text: string | undefined): HostView | undefined {
  if (text === undefined) return undefined
  try {
    const info: unknown = JSON.parse(text)
    const isInfo = typeof info === 'object' && info !== null && 'host' in info
    return isInfo ? (info as HostView) : undefined
  } catch {
    return undefined
  }
}
