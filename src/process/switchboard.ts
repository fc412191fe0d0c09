import type { AgentWord, ManagerWord, NumberedWord } from './agent/words.ts'
import { Hearing, judgeNumber } from './hearing.ts'
import type { LaunchRecord } from './host.ts'

/** A way to reach one living service: the connection of its agent, or its primary. */
export interface Voice {
  /** It may speak from now on; up to that number everything was heard. */
  welcome(heard: number): void
  tell(word: ManagerWord): boolean
}

/** The place of one launch at the switchboard, as long as somebody watches it. */
export interface Listening {
  tell(word: ManagerWord): boolean
  /** Calls back once the service can say nothing more: at once where it cannot be reached now. */
  afterLastWord(then: () => void): void
  leave(): void
}

interface Listener {
  readonly hearing: Hearing
  readonly hear: (word: AgentWord) => void
  /** The service can be reached no more. */
  hungUp: () => void
}

/**
 * Brings services that speak together with those who watch them, by cookie, whoever of the two comes first. A
 * service is not let speak before somebody listens.
 */
export class Switchboard {
  readonly #voices = new Map<string, Voice>()
  readonly #listeners = new Map<string, Listener>()

  /** Listens to a launch from now on. */
  listen({ cookie, dir }: LaunchRecord, hear: (word: AgentWord) => void): Listening {
    const listener: Listener = { hearing: new Hearing(dir), hear, hungUp: () => {} }
    this.#listeners.set(cookie, listener)
    this.#voices.get(cookie)?.welcome(listener.hearing.upTo)
    return {
      tell: (word) => this.#voices.get(cookie)?.tell(word) ?? false,
      afterLastWord: (then) => {
        if (this.#voices.has(cookie)) listener.hungUp = then
        else then()
      },
      leave: () => {
        if (this.#listeners.get(cookie) === listener) this.#listeners.delete(cookie)
        listener.hearing.close()
      },
    }
  }

  /** A service can be reached; a voice that it had before is forgotten. */
  arrived(cookie: string, voice: Voice): void {
    this.#voices.set(cookie, voice)
    const listener = this.#listeners.get(cookie)
    if (listener) voice.welcome(listener.hearing.upTo)
  }

  left(cookie: string, voice: Voice): void {
    if (this.#voices.get(cookie) !== voice) return
    this.#voices.delete(cookie)
    this.#listeners.get(cookie)?.hungUp()
  }

  /** A service said something: returns up to which number it was heard, undefined when nobody listens any more. */
  said(cookie: string, { seq, word }: NumberedWord): number | undefined {
    const listener = this.#listeners.get(cookie)
    if (!listener) return undefined
    const { hearing, hear } = listener
    const hearsay = judgeNumber(seq, hearing.upTo)
    if (hearsay.kind === 'next') {
      if (hearsay.lost > 0) hear({ kind: 'lost', count: hearsay.lost })
      hear(word)
      hearing.note(seq)
    }
    return hearing.upTo
  }
}
