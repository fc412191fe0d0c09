import type { Ending } from './ending.ts'
import type { Ticket } from './envelope.ts'
import type { Overtaking } from './mailbox.ts'
import type { LocalRef, Watcher } from './local-ref.ts'

/** In a box, because any value may be a message. */
interface Instead {
  readonly message: unknown
}

/** One ref watched; the ticket of its notice, so that none arrives after `unwatch`. */
class Watch implements Watcher, Ticket {
  readonly lostAs = undefined
  readonly ref: LocalRef
  readonly #owner: Watches
  readonly #instead: Instead | undefined

  constructor(owner: Watches, ref: LocalRef, instead: Instead | undefined) {
    this.ref = ref
    this.#owner = owner
    this.#instead = instead
  }

  refEnded(ref: LocalRef, ending: Ending): void {
    const notice: Overtaking = this.#instead
      ? { kind: 'message', message: this.#instead.message }
      : { kind: 'signal', signal: { kind: 'terminated', ref, ending } }
    this.#owner.notify(notice, this)
  }

  admit(): boolean {
    return this.#owner.forget(this)
  }
}

/** Whom one incarnation watches. */
export class Watches {
  readonly notify: (notice: Overtaking, ticket: Ticket) => void
  readonly #byRef = new Map<LocalRef, Watch>()

  constructor(notify: (notice: Overtaking, ticket: Ticket) => void) {
    this.notify = notify
  }

  /** Watches anew if the ref is watched already: the last word counts. */
  add(ref: LocalRef, instead: Instead | undefined): void {
    this.remove(ref)
    const watch = new Watch(this, ref, instead)
    this.#byRef.set(ref, watch)
    ref.addWatcher(watch)
  }

  remove(ref: LocalRef): void {
    const watch = this.#byRef.get(ref)
    if (!watch) return
    this.#byRef.delete(ref)
    ref.removeWatcher(watch)
  }

  /** Whether the watch was still on. */
  forget(watch: Watch): boolean {
    return this.#byRef.get(watch.ref) === watch && this.#byRef.delete(watch.ref)
  }

  close(): void {
    for (const [ref, watch] of this.#byRef) ref.removeWatcher(watch)
    this.#byRef.clear()
  }
}
