import type { Stash } from './behavior.ts'
import type { LossReason } from './dead-letters.ts'
import type { Envelope } from './envelope.ts'

const capacity = 1_000

/** What the stash needs of its actor. */
export interface StashHost {
  /** The message at hand, if one is. */
  readonly current: Envelope | undefined
  putBack(envelopes: readonly Envelope[]): void
  lose(message: unknown, reason: LossReason): void
}

/** Messages that one incarnation has put aside. */
export class ActorStash implements Stash {
  readonly #host: StashHost
  #aside: Envelope[] = []

  constructor(host: StashHost) {
    this.#host = host
  }

  push(): boolean {
    const envelope = this.#host.current
    if (!envelope) return false
    if (this.#aside.length >= capacity) {
      this.#host.lose(envelope.message, 'stash-full')
      return false
    }
    this.#aside.push(envelope)
    return true
  }

  unstashAll(): void {
    const aside = this.#aside
    this.#aside = []
    if (aside.length > 0) this.#host.putBack(aside)
  }
}
