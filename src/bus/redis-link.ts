import type { Cancel, Clock } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import type { Carrier, Hear } from './carrier.ts'
import { reconnectDelay } from './reconnect-delay.ts'
import { createClient, type RedisClient } from './redis-client.ts'
import { runScript, type Script } from './script.ts'
import { subscriberOf } from './subscriber.ts'
import { Subscriptions } from './subscriptions.ts'

/** Which server, and who hears when the connection to it comes and goes. */
export interface LinkOptions {
  readonly url: string
  /** As `CLIENT LIST` shows it. */
  readonly connectionName: string
  readonly clock: Clock
  readonly random: Random
  readonly log: (line: string) => void
  /** Connected, and every remembered channel is heard again. */
  readonly connected: () => void
  /** No connection, for this reason; called after each attempt that failed as well. */
  readonly lost: (why: string) => void
}

/**
 * The one connection to Redis, for commands and subscriptions alike (RESP3), and its way back.
 *
 * Nothing is queued and nothing is repeated: a command either was answered or rejects.
 * Subscriptions alone outlive a connection.
 */
export class RedisLink implements Carrier {
  readonly #options: LinkOptions
  readonly #subscriptions: Subscriptions
  #client: RedisClient | undefined
  #isReady = false
  #isClosed = false
  #attempt = 0
  #lastError = ''
  #cancelRetry: Cancel = () => {}

  constructor(options: LinkOptions) {
    this.#options = options
    this.#subscriptions = new Subscriptions(options.log)
  }

  open(): void {
    this.#connect().catch((error: unknown) => this.#tryLater(messageOf(error)))
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** The connection proved itself useful: the next loss is answered at once again. */
  settled(): void {
    this.#attempt = 0
  }

  /** @throws TroupeError `E_BUS_DOWN` without a connection; an error of the server otherwise */
  async command(name: string, ...args: readonly (string | number)[]): Promise<unknown> {
    if (this.#isClosed) throw new TroupeError('E_CLOSED', 'the bus is closed')
    if (!this.#client || !this.#isReady) {
      throw new TroupeError('E_BUS_DOWN', 'Redis cannot be reached now', { cause: this.#lastError })
    }
    return this.#client.call(name, ...args)
  }

  run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    return runScript((name, ...rest) => this.command(name, ...rest), script, keys, args)
  }

  async publish(channel: string, payload: string): Promise<number> {
    return Number(await this.command('PUBLISH', channel, payload))
  }

  async subscribe(channel: string, hear: Hear): Promise<Cancel> {
    if (this.#isClosed) throw new TroupeError('E_CLOSED', 'the bus is closed')
    return this.#subscriptions.add(channel, hear)
  }

  /** Gives up a connection that does not do its work, and makes a new one. */
  reconnect(why: string): void {
    if (this.#client) this.#lose(this.#client, why)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelRetry()
    this.#subscriptions.close()
    const client = this.#client
    this.#client = undefined
    this.#isReady = false
    client?.disconnect()
  }

  async #connect(): Promise<void> {
    const client = await createClient(this.#options.url, this.#options.connectionName)
    if (this.#isClosed) return
    this.#client = client
    this.#listen(client)
    try {
      await client.connect()
      await this.#subscriptions.attach(subscriberOf(client))
    } catch (error) {
      this.#lose(client, this.#lastError || messageOf(error))
      return
    }
    if (this.#client !== client) return
    this.#isReady = true
    this.#lastError = ''
    this.#options.connected()
  }

  #listen(client: RedisClient): void {
    client.on('error', (error: Error) => {
      this.#lastError = messageOf(error) || error.name
    })
    client.on('end', () => this.#lose(client, this.#lastError || 'the connection was closed'))
    const hear = (channel: string, payload: string): void => {
      if (this.#client === client) this.#subscriptions.hear(channel, payload)
    }
    client.on('message', hear)
    client.on('pmessage', (pattern: string, _: string, payload: string) => hear(pattern, payload))
  }

  #lose(client: RedisClient, why: string): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.#isReady = false
    this.#subscriptions.detach()
    client.disconnect()
    this.#tryLater(why)
  }

  #tryLater(why: string): void {
    if (this.#isClosed) return
    const { clock, random, lost } = this.#options
    this.#cancelRetry = clock.after(reconnectDelay(this.#attempt, random), () => this.open())
    this.#attempt += 1
    lost(why)
  }
}
