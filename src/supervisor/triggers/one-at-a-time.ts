import type { Cancel, Clock, Millis } from '../../base/clock.ts'

interface Ways<T> {
  readonly clock: Clock
  /** Makes one of what waits and what came on top. */
  merge(waiting: T, added: T): T
  run(item: T): Promise<void>
  /** How long the next run has to wait; asked before each run, and again after each wait. */
  waitMs?(item: T): Millis
  failed(thrown: unknown): void
}

/** Runs one thing at a time. What is asked for meanwhile is merged and runs next: nothing is dropped, nothing queues up. */
export class OneAtATime<T> {
  readonly #ways: Ways<T>
  #waiting: { readonly item: T } | undefined
  #isBusy = false
  #isClosed = false
  #cancel: Cancel | undefined

  constructor(ways: Ways<T>) {
    this.#ways = ways
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  add(item: T): void {
    const waiting = this.#waiting
    this.#waiting = { item: waiting === undefined ? item : this.#ways.merge(waiting.item, item) }
    this.#next()
  }

  /** Forgets what waits; what runs goes on. */
  close(): void {
    this.#isClosed = true
    this.#waiting = undefined
    this.#cancel?.()
  }

  #next(): void {
    const waiting = this.#waiting
    if (waiting === undefined || this.#isBusy || this.#isClosed || this.#cancel) return
    const waitMs = this.#ways.waitMs?.(waiting.item) ?? 0
    if (waitMs > 0) {
      this.#cancel = this.#ways.clock.after(waitMs, () => {
        this.#cancel = undefined
        this.#next()
      })
      return
    }
    this.#waiting = undefined
    this.#isBusy = true
    void this.#ways
      .run(waiting.item)
      .catch((thrown: unknown) => this.#ways.failed(thrown))
      .then(() => {
        this.#isBusy = false
        this.#next()
      })
  }
}
