import type { LifecycleEvent } from './envelope.ts'

/** What wakes a watcher: a live event, a reason to look into the log, or the end. */
export type Waking =
  | { readonly kind: 'event'; readonly event: LifecycleEvent }
  | { readonly kind: 'look' }
  | { readonly kind: 'end' }

/**
 * Holds live events while their reader is busy. It is bounded: once full, it forgets what it
 * holds and says `look` instead, because the log still has everything.
 */
export class Inbox {
  readonly #max: number
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = (): void => this.#stir()
  #held: LifecycleEvent[] = []
  #next = 0
  #mustLook = false
  #stir: () => void = () => {}

  constructor(max: number, signal: AbortSignal | undefined) {
    this.#max = max
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort)
  }

  put(event: LifecycleEvent): void {
    if (this.#held.length - this.#next >= this.#max) return this.wake()
    this.#held.push(event)
    this.#stir()
  }

  /** Asks for a look into the log, which makes everything held superfluous. */
  wake(): void {
    this.#held = []
    this.#next = 0
    this.#mustLook = true
    this.#stir()
  }

  async take(): Promise<Waking> {
    for (;;) {
      if (this.#signal?.aborted) return { kind: 'end' }
      if (this.#mustLook) {
        this.#mustLook = false
        return { kind: 'look' }
      }
      const event = this.#shift()
      if (event !== undefined) return { kind: 'event', event }
      await new Promise<void>((resolve) => (this.#stir = resolve))
    }
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }

  #shift(): LifecycleEvent | undefined {
    const event = this.#held[this.#next]
    this.#next += 1
    if (event !== undefined && this.#next < this.#max) return event
    this.#held = this.#held.slice(this.#next)
    this.#next = 0
    return event
  }
}
