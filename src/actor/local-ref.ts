import type { PendingAsk } from './ask.ts'
import type { LossReason } from './dead-letters.ts'
import type { Ending } from './ending.ts'
import { always, type Ticket } from './envelope.ts'
import type { ActorPath, Ref } from './ref.ts'

/** The actor's side of its refs. */
export interface Target {
  readonly path: ActorPath
  /** The present incarnation; 0 before the first. */
  readonly uid: number
  readonly isGone: boolean
  enqueue(message: unknown, ticket: Ticket): boolean
  /** Enqueues a question, which fails when the incarnation ends. */
  enqueueAsk(message: unknown, ask: PendingAsk): boolean
  forgetAsk(ask: PendingAsk): void
  /** Counts a message as a dead letter. */
  lose(message: unknown, reason: LossReason): void
}

/** Told once about the end of a ref. */
export interface Watcher {
  refEnded(ref: LocalRef, ending: Ending): void
}

/**
 * The address of an actor in this process: of its place, or of one incarnation.
 *
 * An exact ref is the ticket of the messages told to it: what still waits when the
 * incarnation ends is not for the next one.
 */
export class LocalRef implements Ref<unknown>, Ticket {
  readonly target: Target
  readonly #exactUid: number | undefined
  #isOpen = true
  #ending: Ending | undefined
  #watchers: Set<Watcher> | undefined

  constructor(target: Target, exactUid: number | undefined) {
    this.target = target
    this.#exactUid = exactUid
  }

  get path(): ActorPath {
    return this.target.path
  }

  get uid(): number {
    return this.#exactUid ?? this.target.uid
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get lostAs(): LossReason {
    return this.target.isGone ? 'terminated' : 'stale'
  }

  get ticket(): Ticket {
    return this.#exactUid === undefined ? always : this
  }

  tell(message: unknown): boolean {
    if (this.#isOpen) return this.target.enqueue(message, this.ticket)
    this.target.lose(message, this.lostAs)
    return false
  }

  admit(): boolean {
    return this.#isOpen
  }

  /** From now on nothing gets through. */
  close(): void {
    this.#isOpen = false
  }

  /** Closes, and tells the watchers. */
  end(ending: Ending): void {
    this.#isOpen = false
    this.#ending = ending
    const watchers = this.#watchers
    this.#watchers = undefined
    for (const watcher of watchers ?? []) watcher.refEnded(this, ending)
  }

  /** Tells the watcher at once if the end has already come. */
  addWatcher(watcher: Watcher): void {
    if (this.#ending) return watcher.refEnded(this, this.#ending)
    this.#watchers ??= new Set()
    this.#watchers.add(watcher)
  }

  removeWatcher(watcher: Watcher): void {
    this.#watchers?.delete(watcher)
    if (this.#watchers?.size === 0) this.#watchers = undefined
  }
}
