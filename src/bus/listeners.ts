import type { Cancel } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Hear } from './carrier.ts'

/** Who hears what: the part that every carrier has in this process. */
export class Listeners {
  readonly #channels = new Map<string, Set<Hear>>()
  readonly #log: (line: string) => void

  constructor(log: (line: string) => void) {
    this.#log = log
  }

  get channels(): readonly string[] {
    return [...this.#channels.keys()]
  }

  has(channel: string): boolean {
    return this.#channels.has(channel)
  }

  /** `ended` is called when the last listener of the channel leaves by its own wish. */
  add(channel: string, hear: Hear, ended: () => void = () => {}): Cancel {
    const listeners = this.#channels.get(channel) ?? new Set<Hear>()
    // A function of its own: the same `hear` may listen twice and leave once.
    const listener: Hear = (payload, on) => hear(payload, on)
    this.#channels.set(channel, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0 || this.#channels.get(channel) !== listeners) return
      this.#channels.delete(channel)
      ended()
    }
  }

  /** Calls every listener of the channel, says how many there were; one that throws hurts nobody else. */
  hear(channel: string, payload: string): number {
    const listeners = [...(this.#channels.get(channel) ?? [])]
    for (const listener of listeners) {
      try {
        listener(payload, channel)
      } catch (error) {
        this.#log(`a listener of ${channel} failed: ${messageOf(error)}`)
      }
    }
    return listeners.length
  }

  count(channel: string): number {
    return this.#channels.get(channel)?.size ?? 0
  }

  /** Forgets a channel, without telling anybody. */
  drop(channel: string): void {
    this.#channels.delete(channel)
  }

  clear(): void {
    this.#channels.clear()
  }
}
