import type { Cancel, Clock } from '../../base/clock.ts'
import type { FileWatch, OpenWatch, WatchOrder } from './file-watch.ts'
import { retryAfter, type Trouble, troubleOf } from './watch-trouble.ts'

/** What is watched, and who hears of changes and of trouble with it. */
export interface RootOptions {
  readonly clock: Clock
  readonly openWatch: OpenWatch
  readonly order: WatchOrder
  readonly changed: (path: string) => void
  /** Told once for each kind of trouble; undefined: it is over. */
  readonly troubled: (trouble: Trouble | undefined) => void
}

/** A build that removes its folder and makes it anew takes so many looks; it is no trouble. */
const looksUntilMissed = 5

/** Keeps one root watched: through its removal and return, and until the system allows it again. */
export class WatchedRoot {
  readonly #options: RootOptions
  #watch: FileWatch | undefined
  #wasOpen = false
  #trouble: Trouble | undefined
  #told: string | undefined
  #attempts = 0
  #isClosed = false
  #cancel: Cancel | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(options: RootOptions) {
    this.#options = options
  }

  /** Resolves once it is watched, or it is known why it is not. */
  open(): Promise<void> {
    this.#work = this.#open()
    return this.#work
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancel?.()
    await this.#work
    await this.#watch?.close()
  }

  async #open(): Promise<void> {
    const { openWatch, order, changed } = this.#options
    let lost: { readonly thrown: unknown } | undefined
    const lose = (thrown: unknown): void => {
      lost = { thrown }
      if (this.#watch !== undefined) this.#lose(thrown)
    }
    try {
      const watch = await openWatch(order, {
        changed,
        failed: lose,
        gone: () => lose(Object.assign(new Error('removed'), { code: 'ENOENT' })),
        blind: (thrown) => this.#options.troubled(troubleOf(thrown, pathOf(thrown) ?? order.root)),
      })
      this.#watch = watch
      this.#wasOpen = true
      this.#recover()
      if (lost !== undefined) this.#lose(lost.thrown)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #recover(): void {
    const { order, changed, troubled } = this.#options
    const before = this.#trouble
    const told = this.#told
    this.#trouble = undefined
    this.#told = undefined
    this.#attempts = 0
    if (this.#isClosed) return
    if (told !== undefined) troubled(undefined)
    // What was not there and is there now has changed; of what could not be seen nobody knows.
    if (before?.key === 'ENOENT') changed(order.root)
  }

  #lose(thrown: unknown): void {
    const watch = this.#watch
    this.#watch = undefined
    this.#fail(thrown)
    // A watch that fails to close has nothing left to say either.
    if (watch !== undefined) this.#work = watch.close().catch(() => {})
  }

  #fail(thrown: unknown): void {
    if (this.#isClosed) return
    const { clock, order, troubled } = this.#options
    const trouble = troubleOf(thrown, order.root)
    this.#attempts = this.#trouble?.key === trouble.key ? this.#attempts + 1 : 1
    this.#trouble = trouble
    const isBrief = trouble.key === 'ENOENT' && this.#wasOpen && this.#attempts < looksUntilMissed
    if (!isBrief && this.#told !== trouble.key) {
      this.#told = trouble.key
      troubled(trouble)
    }
    this.#cancel = clock.after(retryAfter(trouble, this.#attempts), () => void this.open())
  }
}

function pathOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'path' in thrown && typeof thrown.path === 'string'
    ? thrown.path
    : undefined
}
