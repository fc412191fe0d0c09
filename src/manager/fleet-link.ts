import type { Cancel, Clock } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import { systemRandom } from '../base/random.ts'
import type { BusStatus } from '../bus/bus-status.ts'
import type { RedisBus } from '../bus/redis-bus.ts'
import { readRegistry, type Registry } from '../bus/registry.ts'
import { Sweeper } from '../fleet/sweeper.ts'
import type { Channels } from '../protocol/names.ts'
import { hidePasswords } from '../protocol/redact.ts'
import type { BusView } from '../protocol/views.ts'
import type { Config } from './config.ts'
import type { Herald } from './herald.ts'

/** What the link to Redis needs of the manager: its events, its name on the bus, and where commands go. */
export interface FleetPorts {
  readonly channels: Channels
  readonly epoch: string
  readonly clock: Clock
  readonly herald: Herald
  readonly help: string
  hostInfo(): string
  /** Every state again: the server does not know this host. */
  reannounce(): void
  /** A message on one of this host's command channels. */
  heard(channel: string, raw: string): void
  readonly log: (line: string) => void
}

/** This host's place in its fleet while a Redis is configured. */
export class FleetLink {
  readonly #ports: FleetPorts
  readonly #services = new Map<string, Promise<Cancel | undefined>>()
  readonly #config: Config
  readonly #url: string
  #bus: RedisBus | undefined
  #sweeper: Sweeper | undefined

  constructor(ports: FleetPorts, config: Config, url: string) {
    this.#ports = ports
    this.#config = config
    this.#url = url
  }

  /** Connects in the background. */
  async open(services: readonly string[]): Promise<void> {
    const { epoch, clock, herald, help, log } = this.#ports
    const config = this.#config
    herald.expectFleet()
    // ioredis costs more than the rest of the manager together: only who needs it loads it.
    const { openRedisBus } = await import('../bus/redis-bus.ts')
    const bus = openRedisBus({
      url: this.#url,
      ns: config.namespace,
      host: config.host,
      producer: { epoch },
      clock,
      random: systemRandom,
      help,
      hostInfo: () => this.#ports.hostInfo(),
      backlog: (afterSeq) => herald.backlog(afterSeq),
      newest: () => herald.newest,
      overtaken: (seq, lost) => herald.overtaken(seq, lost),
      reannounce: () => this.#ports.reannounce(),
      onStatus: (status) => this.#changed(status),
      log,
    })
    this.#bus = bus
    this.#sweeper = this.#openSweeper(bus)
    herald.fleet = (event) => bus.append(event)
    const { channels } = this.#ports
    const labels = Object.entries(config.labels).map(([key, value]) => channels.label(key, value))
    for (const channel of [channels.all, channels.host(config.host), ...labels]) {
      void this.#subscribe(channel)
    }
    const early = [...this.#services.keys()]
    this.#services.clear()
    for (const service of [...services, ...early]) this.serve(service)
  }

  #openSweeper({ command }: RedisBus): Sweeper {
    const { clock, log, herald } = this.#ports
    const { namespace: ns, host } = this.#config
    const sweeper = new Sweeper({
      ns,
      host,
      clock,
      command,
      log,
      changed: ({ host: about, state, why }) =>
        void herald.announce({ type: `fleet.host_${state}`, data: { host: about, why } }),
    })
    sweeper.open()
    return sweeper
  }

  /** @throws TroupeError `E_BUS_DOWN` while Redis is away */
  async registry(): Promise<Registry> {
    if (this.#bus === undefined) throw new TroupeError('E_BUS_DOWN', 'Redis is not connected yet')
    return readRegistry(this.#bus.command, this.#config.namespace)
  }

  get bus(): RedisBus | undefined {
    return this.#bus
  }

  get view(): BusView {
    const url = hidePasswords(this.#url)
    const status = this.#bus?.status
    if (status?.kind === 'up') return { kind: 'up', url, since: status.since }
    const { since, why, queued } = status ?? { since: 0, why: 'not connected yet', queued: 0 }
    return { kind: 'down', url, since, why, queued }
  }

  /** Listens for commands to a service; PUBLISH counts its supervisor from then on. */
  serve(service: string): void {
    if (this.#services.has(service)) return
    this.#services.set(service, this.#subscribe(this.#ports.channels.service(service)))
  }

  async leave(service: string): Promise<void> {
    const subscription = this.#services.get(service)
    this.#services.delete(service)
    ;(await subscription)?.()
  }

  async close(): Promise<void> {
    await this.#sweeper?.close()
    this.#ports.herald.fleet = undefined
    await this.#bus?.close()
  }

  #subscribe(channel: string): Promise<Cancel | undefined> {
    const { log } = this.#ports
    const heard = (raw: string): void => {
      const status = this.#bus?.status
      // What is said to a host of that name is said to another one.
      if (status?.kind !== 'down' || status.hears) this.#ports.heard(channel, raw)
    }
    return (
      this.#bus?.carrier.subscribe(channel, heard).catch((thrown: unknown) => {
        log(`cannot listen on ${channel}: ${messageOf(thrown)}`)
        return undefined
      }) ?? Promise.resolve(undefined)
    )
  }

  #changed(status: BusStatus): void {
    const { herald, log } = this.#ports
    if (status.kind === 'down') {
      log(`Redis is away: ${status.why}`)
      if (this.#bus !== undefined) {
        herald.announce({ type: 'host.bus_lost', data: { why: status.why } })
      }
      return
    }
    const { outageMs, queued, lost } = status
    if (lost > 0) herald.announce({ type: 'host.gap', data: { lost } })
    if (outageMs > 0) herald.announce({ type: 'host.bus_restored', data: { outageMs, queued } })
  }
}
