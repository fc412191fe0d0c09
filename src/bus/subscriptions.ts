import type { Cancel } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import type { Hear } from './carrier.ts'
import { Listeners } from './listeners.ts'
import { isForbidden } from './refusal.ts'
import type { Subscriber } from './subscriber.ts'

/** Confirmations of more channels at once can exceed the server's output buffer (PROTOCOL, pitfall 11). */
const chunk = 500

interface Waiting {
  readonly confirm: () => void
  readonly refuse: (error: TroupeError) => void
}

/** The channels this process listens on, whichever connection there is. */
export class Subscriptions {
  readonly #listeners: Listeners
  readonly #waiting = new Map<string, Set<Waiting>>()
  readonly #confirmed = new Set<string>()
  readonly #log: (line: string) => void
  #subscriber: Subscriber | undefined

  constructor(log: (line: string) => void) {
    this.#log = log
    this.#listeners = new Listeners(log)
  }

  hear(channel: string, payload: string): void {
    this.#listeners.hear(channel, payload)
  }

  /** Resolves when the server confirmed the channel, on this connection or on a later one. */
  async add(channel: string, hear: Hear): Promise<Cancel> {
    const isNew = !this.#listeners.has(channel)
    const cancel = this.#listeners.add(channel, hear, () => this.#leave(channel))
    if (this.#confirmed.has(channel)) return cancel
    const confirmation = this.#confirmation(channel)
    if (isNew && this.#subscriber) {
      // Another outcome than a refusal is settled by the next connection.
      this.#request(this.#subscriber, [channel]).catch(() => {})
    }
    await confirmation
    return cancel
  }

  /** Subscribes everything on a new connection; throws when that connection is of no use. */
  async attach(subscriber: Subscriber): Promise<void> {
    this.#subscriber = subscriber
    this.#confirmed.clear()
    const channels = this.#listeners.channels
    for (let from = 0; from < channels.length; from += chunk) {
      await this.#request(subscriber, channels.slice(from, from + chunk))
    }
  }

  detach(): void {
    this.#subscriber = undefined
    this.#confirmed.clear()
  }

  close(): void {
    this.detach()
    this.#listeners.clear()
    for (const channel of this.#waiting.keys()) {
      this.#settle(channel, ({ refuse }) =>
        refuse(new TroupeError('E_CLOSED', 'the bus is closed')),
      )
    }
  }

  /** SUBSCRIBE is all or nothing: a forbidden channel is found by asking for each alone. */
  async #request(subscriber: Subscriber, channels: readonly string[]): Promise<void> {
    try {
      await subscriber.subscribe(...channels)
    } catch (error) {
      if (!isForbidden(messageOf(error))) throw error
      const [channel = ''] = channels
      if (channels.length === 1) this.#forbid(channel)
      else for (const one of channels) await this.#request(subscriber, [one])
      return
    }
    if (this.#subscriber === subscriber) this.#confirm(channels)
  }

  #confirm(channels: readonly string[]): void {
    for (const channel of channels.filter((one) => this.#listeners.has(one))) {
      this.#confirmed.add(channel)
      this.#settle(channel, ({ confirm }) => confirm())
    }
  }

  #forbid(channel: string): void {
    this.#log(`Redis forbids to listen on ${channel}: the host's ACL must allow it`)
    this.#listeners.drop(channel)
    this.#settle(channel, ({ refuse }) =>
      refuse(
        new TroupeError('E_REJECTED', `Redis forbids to listen on ${channel}`, {
          hint: `allow it with ACL SETUSER <user> &${channel}`,
        }),
      ),
    )
  }

  #leave(channel: string): void {
    this.#confirmed.delete(channel)
    // A connection that is lost meanwhile has left every channel.
    this.#subscriber?.unsubscribe(channel).catch(() => {})
  }

  #confirmation(channel: string): Promise<void> {
    return new Promise((confirm, refuse) => {
      const waiting = this.#waiting.get(channel) ?? new Set()
      this.#waiting.set(channel, waiting.add({ confirm, refuse }))
    })
  }

  #settle(channel: string, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(channel)
    this.#waiting.delete(channel)
    for (const one of waiting ?? []) settle(one)
  }
}
