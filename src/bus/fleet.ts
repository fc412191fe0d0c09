import { userInfo } from 'node:os'
import { type Cancel, type Clock, every, systemClock } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import { uniqueId } from '../base/ids.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { channelsOf, encodeName, plainNameOrThrow } from '../protocol/names.ts'
import type { Op, Params } from '../protocol/operations.ts'
import { hidePasswords } from '../protocol/redact.ts'
import { targetOf } from '../protocol/shorthand.ts'
import type { WatchItem } from '../protocol/watch.ts'
import type { FleetEventsOptions } from '../protocol/watch-wanted.ts'
import { type FleetCommandOptions, sendToFleet } from './fleet-command.ts'
import { fleetEvents } from './fleet-events.ts'
import { beatMs } from './presence.ts'
import { PatientReader } from './patient-reader.ts'
import { RedisLink } from './redis-link.ts'
import { redisLog } from './redis-log.ts'
import type { ServiceState } from './service-state.ts'
import type { FleetOutcome } from './tally.ts'

/** Which fleet is meant. */
export interface FleetOptions {
  /** `redis://user:password@host:port`, or `rediss://` with TLS. */
  readonly redis: string
  /** By default `main`. */
  readonly namespace?: string
  /** Who asks, as events name it; by default this user. Replies come on `troupe:<ns>:re:<by>:…`. */
  readonly by?: string
  /** Hears that the connection is there, and after every attempt that failed why it is not. */
  readonly onLink?: (link: FleetLinkState) => void
}

/** Whether the connection to Redis stands; `why` is one sentence. */
export type FleetLinkState =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly why: string }

/**
 * A connection to every manager that shares a Redis and a namespace.
 *
 * It mends itself: what was lost on the way is read from the fleet's log, and what the log does
 * not know any more is told.
 */
export interface Fleet {
  readonly namespace: string

  /**
   * Every event of the fleet from now, or from an earlier point, in order and once, over any number of lost
   * connections. A `resync` item says that the log no longer has what happened in between, and how every service
   * stands now. The iteration ends with `close()` or its signal; it throws `E_REJECTED` when Redis forbids to read.
   * With the last item's `bookmark`, another process may go on.
   *
   * @example
   * for await (const item of fleet.events({ types: ['instance.exited'] })) {
   *   if (item.kind === 'event') report(item.event.data.text)
   * }
   */
  events(options?: FleetEventsOptions): AsyncIterable<WatchItem<ServiceState>>

  /** How every service stands on every host; waits while Redis is away. */
  states(): Promise<readonly ServiceState[]>

  /**
   * Sends a command to every host that has the services, or to those that `options` select, and resolves with what
   * each made of it. A name that stands alone must be a service's own, or `all`. The command is not signed:
   * hosts in mode `strict` reject it, and those in mode `mixed` unless it only reads.
   *
   * @throws TroupeError `E_MANAGER_UNREACHABLE` when nobody hears it, `E_BUS_DOWN` while Redis is away: nothing
   *   was sent then, and nothing will be. Any other error on the way leaves open whether it was.
   * @example
   * const { replies } = await fleet.command('restart', 'api', { grace: '5s' })
   */
  command<O extends Op>(
    op: O,
    services: string | readonly string[],
    params: Params<O>,
    options?: FleetCommandOptions,
  ): Promise<FleetOutcome<O>>

  /** Ends the connection, and every iteration over its events. */
  close(): Promise<void>
}

/** What time and chance are to it. */
interface World {
  readonly clock: Clock
  readonly random: Random
}

const thisWorld: World = { clock: systemClock, random: systemRandom }

/**
 * Resolves once connected.
 *
 * @throws TroupeError `E_BUS_DOWN` when that fails at the first attempt
 */
export async function openFleet(options: FleetOptions, world: World = thisWorld): Promise<Fleet> {
  const fleet = new RedisFleet(options, world)
  await fleet.open()
  return fleet
}

class RedisFleet implements Fleet {
  readonly namespace: string
  readonly #options: FleetOptions
  readonly #by: string
  readonly #clock: Clock
  readonly #link: RedisLink
  readonly #reader: PatientReader
  readonly #closing = new AbortController()
  /** Whoever may have missed something. */
  readonly #looking = new Set<() => void>()
  #replyChannel: Promise<string> | undefined
  #opened: (why?: string) => void = () => {}

  constructor(options: FleetOptions, { clock, random }: World) {
    this.namespace = plainNameOrThrow('namespace', options.namespace ?? 'main')
    this.#options = options
    this.#by = options.by ?? userInfo().username
    this.#clock = clock
    this.#link = new RedisLink({
      url: options.redis,
      clock,
      random,
      connectionName: `troupe:${this.namespace}:watch:${encodeName(this.#by)}`,
      // What is forbidden is told to whoever asked for it.
      log: () => {},
      connected: () => this.#connected(),
      lost: (why) => this.#lost(why),
    })
    this.#reader = new PatientReader({ link: this.#link, clock, random })
  }

  async open(): Promise<void> {
    const why = await new Promise<string | undefined>((resolve) => {
      this.#opened = resolve
      this.#link.open()
    })
    this.#opened = () => {}
    if (why === undefined) return
    await this.close()
    const url = hidePasswords(this.#options.redis)
    throw new TroupeError('E_BUS_DOWN', `Redis cannot be reached at ${url}: ${why}`, {
      hint: 'look whether it answers: redis-cli -u <url> PING',
    })
  }

  events(options: FleetEventsOptions = {}): AsyncIterable<WatchItem<ServiceState>> {
    const { signal } = options
    const closing = this.#closing.signal
    const over = AbortSignal.any(signal === undefined ? [closing] : [closing, signal])
    const log = redisLog(this.#reader.until(over), this.namespace)
    const nudge = (wake: () => void): Cancel => this.#onLook(wake)
    return fleetEvents({ log, carrier: this.#link, ns: this.namespace, over, nudge }, options)
  }

  states(): Promise<readonly ServiceState[]> {
    return redisLog(this.#reader.until(this.#closing.signal), this.namespace).states()
  }

  command<O extends Op>(
    op: O,
    services: string | readonly string[],
    params: Params<O>,
    options: FleetCommandOptions = {},
  ): Promise<FleetOutcome<O>> {
    const ports = {
      ns: this.namespace,
      by: this.#by,
      clock: this.#clock,
      closing: this.#closing.signal,
      replyChannel: () => this.#subscribeToReplies(),
      publish: (channel: string, payload: string) => this.#link.publish(channel, payload),
      reader: (signal: AbortSignal) => this.#reader.until(signal),
      onLook: (look: () => void) => this.#onLook(look),
    }
    const targets = [services].flat().map((service) => targetOf(service))
    return sendToFleet(ports, { ...options, op, services: targets, params })
  }

  async close(): Promise<void> {
    this.#closing.abort(new TroupeError('E_CLOSED', 'the connection was closed'))
    await this.#link.close()
  }

  #subscribeToReplies(): Promise<string> {
    const channel = channelsOf(this.namespace).replies(`${encodeName(this.#by)}:${uniqueId()}`)
    this.#replyChannel ??= this.#link.subscribe(channel, () => this.#look()).then(() => channel)
    this.#replyChannel.catch(() => (this.#replyChannel = undefined))
    return this.#replyChannel
  }

  /** With every beat as well: a connection that broke silently is found by what it does not answer. */
  #onLook(look: () => void): Cancel {
    // A function of its own, so that each leaves alone.
    const listener = (): void => look()
    this.#looking.add(listener)
    const stop = every(this.#clock, beatMs, listener)
    return () => {
      stop()
      this.#looking.delete(listener)
    }
  }

  #look(): void {
    for (const look of this.#looking) look()
  }

  #connected(): void {
    this.#opened()
    this.#reader.connected()
    this.#look()
    this.#options.onLink?.({ kind: 'up' })
  }

  #lost(why: string): void {
    this.#opened(why)
    this.#options.onLink?.({ kind: 'down', why })
  }
}
