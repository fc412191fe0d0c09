import type { EventType } from '../protocol/events.ts'

/** Who asked for what is being done, until it has led somewhere, and by which command. */
export interface Wish {
  readonly by?: string | undefined
  readonly cause?: string | undefined
}

/** Events that say who asked. */
const asked: readonly EventType[] = [
  'instance.requested',
  'instance.restarting',
  'instance.stopping',
]

/** What led to what in the life of one instance: each event names the one that it follows from. */
export class Causes {
  #last: string | undefined
  #wish: Wish = {}
  #isAnswering = false

  get last(): string | undefined {
    return this.#last
  }

  /** What `act` announces follows from the wish; and so does what is done about it later. */
  answering(wish: Wish, act: () => void): void {
    this.#wish = wish
    this.#isAnswering = true
    act()
    this.#isAnswering = false
  }

  /** What an event of this type is to say of its origin. */
  of(type: EventType): { readonly by?: string; readonly cause?: string } {
    const isAsked = asked.includes(type)
    const { by, cause: wished } = this.#wish
    const cause = (isAsked || this.#isAnswering ? wished : undefined) ?? this.#last
    return {
      ...(isAsked && by !== undefined ? { by } : {}),
      ...(cause === undefined ? {} : { cause }),
    }
  }

  /** The next event follows from this one; a wish is the cause of one event alone. */
  follow(id: string | undefined): void {
    if (this.#wish.cause !== undefined && id !== undefined) this.#wish = { by: this.#wish.by }
    this.#last = id
  }

  /** The wish has led somewhere. */
  settle(): void {
    this.#wish = {}
  }
}
