import { TroupeError } from '../base/errors.ts'
import { judgeAll } from '../bus/host-verdict.ts'
import type { Params, Result } from '../protocol/operations.ts'
import type { Config } from './config.ts'
import { FleetLink, type FleetPorts } from './fleet-link.ts'
import { relay, type RelayPorts } from './relay.ts'

/** This host's link to its fleet, which comes and goes with the configuration. */
export class Fleet {
  readonly #ports: FleetPorts
  readonly #services: () => readonly string[]
  #link: FleetLink | undefined
  #configured = ''
  /** Changes come one after the other: a link that two of them opened would be closed by none. */
  #last: Promise<void> = Promise.resolve()

  /** @param services whose channels are listened to from the first moment of a link */
  constructor(ports: FleetPorts, services: () => readonly string[]) {
    this.#ports = ports
    this.#services = services
  }

  get link(): FleetLink | undefined {
    return this.#link
  }

  /** Connects, reconnects or leaves, if what the link depends on has changed. */
  configure(config: Config): Promise<void> {
    const applied = this.#last.then(() => this.#apply(config))
    // One that fails must not keep the next from being tried.
    this.#last = applied.catch(() => {})
    return applied
  }

  async #apply(config: Config): Promise<void> {
    const wanted = JSON.stringify([config.redisUrl, config.labels])
    if (wanted === this.#configured) return
    this.#configured = wanted
    await this.#link?.close()
    this.#link = undefined
    if (config.redisUrl === undefined) return
    this.#link = new FleetLink(this.#ports, config, config.redisUrl)
    await this.#link.open(this.#services())
  }

  /**
   * Who is in the fleet, and how each of them stands.
   *
   * @throws TroupeError `E_CONFIG` where this host is alone, `E_BUS_DOWN` while Redis is away
   */
  async hosts(): Promise<Result<'hosts'>> {
    if (this.#link === undefined) throw alone()
    const registry = await this.#link.registry()
    return { hosts: judgeAll(registry), now: registry.nowMs }
  }

  /**
   * Sends a command to other hosts, and gathers what they make of it.
   *
   * @throws TroupeError `E_CONFIG` where this host is alone, and whatever {@link relay} throws
   */
  async relay(
    params: Params<'relay'>,
    to: Pick<RelayPorts, 'gone' | 'progress'>,
  ): Promise<Result<'relay'>> {
    const bus = this.#link?.bus
    if (bus === undefined) throw alone()
    const { channels, clock } = this.#ports
    return relay(params, { ...to, bus, ns: channels.ns, clock })
  }

  serve(service: string): void {
    this.#link?.serve(service)
  }

  leave(service: string): void {
    void this.#link?.leave(service)
  }

  async close(): Promise<void> {
    await this.#last
    await this.#link?.close()
  }
}

function alone(): TroupeError {
  return new TroupeError('E_CONFIG', 'this host is alone: no Redis is configured', {
    hint: 'join a fleet with: troupe config set redis.url redis://…',
  })
}
