import { createHash } from 'node:crypto'
import { type Cancel, type Clock, every } from '../base/clock.ts'
import { uniqueId } from '../base/ids.ts'
import type { Random } from '../base/random.ts'
import { limits } from '../protocol/limits.ts'
import { channelsOf, helpKey, type Keys, keysOf } from '../protocol/names.ts'
import type { BusStatus } from './bus-status.ts'
import type { Carrier } from './carrier.ts'
import { LogSession } from './log-session.ts'
import type { OutboxEvent } from './outbox-event.ts'
import { isProbe } from './presence.ts'
import { RedisLink } from './redis-link.ts'
import { ReplyQueue } from './reply-queue.ts'
import type { Command } from './script.ts'
import { summariser } from './summary.ts'
import { type ReplyEntry, scripts, type Wire, wireOf } from './wire.ts'

/** Which server, who we are on it, and the journal of this host that it is kept in step with. */
export interface BusOptions {
  readonly url: string
  readonly ns: string
  readonly host: string
  /** Another epoch means that the numbers of the events begin again. */
  readonly producer: { readonly epoch: string }
  readonly clock: Clock
  readonly random: Random
  /** The manual that stands at `troupe:help`. */
  readonly help?: string
  /** Labels, version and facts of the host, as JSON; asked at every join. */
  readonly hostInfo: () => string
  /** Events after this number from the durable journal: what the server once had or never got, and does not have now. */
  readonly backlog: (afterSeq: number) => readonly OutboxEvent[]
  /** The number of the newest event of the journal. */
  readonly newest: () => number
  /** The log is ahead of the journal, which must go on above `seq`; `lost` events that wait bear numbers that are taken. */
  readonly overtaken: (seq: number, lost: number) => void
  /** The server does not know this host, or lost what it knew: append every state again. */
  readonly reannounce: () => void
  readonly onStatus: (status: BusStatus) => void
  readonly log: (line: string) => void
}

/** An undecodable or refused message, for whoever looks into it later. */
export interface DeadMessage {
  readonly channel: string
  readonly size: number
  readonly sha: string
  readonly sample: string
}

/** A host's place in its fleet. Nothing here waits for Redis unless it says so. */
export interface RedisBus {
  readonly status: BusStatus
  /** Live messages; subscriptions survive reconnects. */
  readonly carrier: Carrier
  /** For reading: rejects at once while Redis is away. */
  readonly command: Command
  /** Takes responsibility for an event: it will stand in the log once, after the ones before it. */
  append(event: OutboxEvent): void
  /** Resolves when the reply stands in the command's stream, or was given up. */
  reply(entry: ReplyEntry): Promise<void>
  /** The id that all hosts agree on within a second. Getting one's own means: speak for all. */
  once(digest: string, mine: string): Promise<string>
  dead(message: DeadMessage): void
  /** Redis TIME minus the local date. */
  timeOffsetMs(): number
  /** Sends what can be sent within a second, says bye and leaves. */
  close(): Promise<void>
}

const flushMs = 1_000
/** How often a host says again what it is and how it does. */
const infoMs = 15_000
const deadEntries = 1_000

/** Returns at once and connects in the background. */
export function openRedisBus(options: BusOptions): RedisBus {
  const bus = new FleetBus(options)
  bus.open()
  return bus
}

/**
 * The order of a join, which PROTOCOL's outage table fixes: connect → subscribe
 * (both {@link RedisLink}) → hello → replay → heartbeat ({@link LogSession}) → announce.
 */
class FleetBus implements RedisBus {
  readonly carrier: Carrier
  readonly #options: BusOptions
  readonly #link: RedisLink
  readonly #session: LogSession
  readonly #replies: ReplyQueue
  readonly #keys: Keys
  readonly #hostChannel: string
  #stopInfo: Cancel = () => {}

  constructor(options: BusOptions) {
    const { url, ns, host, clock, random, log } = options
    this.#options = options
    this.#keys = keysOf(ns)
    this.#hostChannel = channelsOf(ns).host(host)
    this.#link = new RedisLink({
      url,
      clock,
      random,
      log,
      connectionName: `troupe:${ns}:${host}`,
      connected: () => this.#connected(),
      lost: (why) => this.#lost(why),
    })
    this.carrier = withoutProbes(this.#link, this.#hostChannel)
    const wire = this.#createWire()
    this.#session = this.#createSession(wire)
    this.#replies = new ReplyQueue({ clock, log, send: (entry) => wire.reply(entry) })
  }

  open(): void {
    this.#link.open()
    const { presence } = this.#session
    this.#link
      .subscribe(this.#hostChannel, (payload) => presence.heard(payload))
      .catch(() => presence.deafen())
  }

  get status(): BusStatus {
    return this.#session.status
  }

  readonly command: Command = (name, ...args) => this.#link.command(name, ...args)

  append(event: OutboxEvent): void {
    this.#session.append(event)
  }

  reply(entry: ReplyEntry): Promise<void> {
    return this.#replies.add(entry)
  }

  async once(digest: string, mine: string): Promise<string> {
    const args = ['NX', 'GET', 'PX', limits.onceMs] as const
    try {
      const common = await this.#link.command('SET', this.#keys.once(digest), mine, ...args)
      return typeof common === 'string' ? common : mine
    } catch {
      // Nobody can be agreed with: rather two voices than none.
      return mine
    }
  }

  dead({ channel, size, sha, sample }: DeadMessage): void {
    const fields = ['channel', channel, 'size', size, 'sha256', sha, 'sample', sample] as const
    this.#try('XADD', this.#keys.dead, 'MAXLEN', '~', deadEntries, '*', ...fields)
  }

  timeOffsetMs(): number {
    return this.#session.presence.offsetMs
  }

  async close(): Promise<void> {
    await this.#session.flushed(flushMs)
    this.#session.stop()
    this.#stopInfo()
    this.#replies.close()
    await this.#link.command('ZREM', this.#keys.hosts, this.#options.host).catch(() => {})
    await this.#link.close()
  }

  #connected(): void {
    // Before anything else on the connection, so that no event is sent twice for want of its script.
    for (const { text } of Object.values(scripts())) this.#try('SCRIPT', 'LOAD', text)
    void this.#session.join()
  }

  #lost(why: string): void {
    this.#replies.stop()
    this.#session.lost(why)
  }

  /** What a person or a peer looks up. An ACL may forbid the manual, which is nobody's loss. */
  #joined(isUnknown: boolean): void {
    const { host, help, hostInfo, reannounce } = this.#options
    this.#link.settled()
    const tellInfo = (): void => this.#try('HSET', this.#keys.hostInfo, host, hostInfo())
    tellInfo()
    this.#stopInfo()
    this.#stopInfo = every(this.#options.clock, infoMs, tellInfo)
    if (help !== undefined) this.#try('SET', helpKey, help)
    this.#try('CLIENT', 'NO-EVICT', 'on')
    this.#replies.start()
    if (isUnknown) reannounce()
  }

  /** For what is good to have, and worth neither waiting nor repeating. */
  #try(name: string, ...args: readonly (string | number)[]): void {
    this.#link.command(name, ...args).catch(() => {})
  }

  #createWire(): Wire {
    const { ns, host, producer } = this.#options
    return wireOf(this.#link, {
      host,
      keys: this.#keys,
      hostChannel: this.#hostChannel,
      epoch: producer.epoch,
      logEpoch: uniqueId,
      sayChannel: channelsOf(ns).say,
    })
  }

  #createSession(wire: Wire): LogSession {
    const { ns, host, clock, random, log, producer, backlog, onStatus } = this.#options
    const { newest, overtaken } = this.#options
    return new LogSession({
      wire,
      host,
      clock,
      random,
      log,
      backlog,
      newest,
      overtaken,
      onStatus,
      summarise: summariser({ ns, host, epoch: producer.epoch }, clock),
      reconnect: (why) => this.#link.reconnect(why),
      joined: (isUnknown) => this.#joined(isUnknown),
      poisoned: ({ seq, channel, body }, why) => {
        log(`Redis refuses event ${seq}, which goes to the dead letters: ${why}`)
        this.dead({ channel, size: body.length, sha: sha256(body), sample: body.slice(0, 200) })
      },
    })
  }
}

/** Probes are the link's own business: nobody else on the host's channel hears them. */
function withoutProbes(link: RedisLink, hostChannel: string): Carrier {
  return {
    publish: (channel, payload) => link.publish(channel, payload),
    subscribe: (channel, hear) =>
      link.subscribe(channel, (payload, on) => {
        if (channel !== hostChannel || !isProbe(payload)) hear(payload, on)
      }),
    close: () => link.close(),
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
