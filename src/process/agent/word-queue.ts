import type { AgentWord, NumberedWord } from './words.ts'

/** How much may wait to be heard. */
export interface WordQueueBounds {
  readonly words: number
  readonly bytes: number
}

const defaultBounds: WordQueueBounds = { words: 1_000, bytes: 1024 ** 2 }

interface Entry extends NumberedWord {
  readonly bytes: number
}

/**
 * The words of one launch that no manager has confirmed yet, numbered from 1.
 *
 * Beyond its bounds the oldest go, metrics before anything else: whoever measures says the newest again. Nobody needs to count them: their numbers are missing, and the one who listens
 * sees that.
 */
export class WordQueue {
  readonly #bounds: WordQueueBounds
  #entries: Entry[] = []
  #bytes = 0
  #last = 0

  constructor(bounds: WordQueueBounds = defaultBounds) {
    this.#bounds = bounds
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** @throws TypeError when the word cannot be written as JSON, as Node's own channel does */
  add(word: AgentWord): void {
    const bytes = JSON.stringify(word).length
    this.#last++
    this.#entries.push({ seq: this.#last, word, bytes })
    this.#bytes += bytes
    while (this.#isTooFull()) this.#drop()
  }

  /** Somebody has heard everything up to this number. */
  heard(upTo: number): void {
    const kept = this.#entries.findIndex(({ seq }) => seq > upTo)
    const gone = this.#entries.splice(0, kept === -1 ? this.#entries.length : kept)
    for (const { bytes } of gone) this.#bytes -= bytes
  }

  /** What waits behind a number, oldest first. */
  behind(seq: number): readonly NumberedWord[] {
    const at = this.#entries.findIndex((entry) => entry.seq > seq)
    return at === -1 ? [] : this.#entries.slice(at).map(({ seq: n, word }) => ({ seq: n, word }))
  }

  /** The newest is not looked at: it stays. */
  #drop(): void {
    const older = this.#entries.slice(0, -1)
    const at = Math.max(0, older.findIndex(isMeasure))
    for (const { bytes } of this.#entries.splice(at, 1)) this.#bytes -= bytes
  }

  /** The newest word always stays, however long it is. */
  #isTooFull(): boolean {
    const { words, bytes } = this.#bounds
    const count = this.#entries.length
    return count > words || (count > 1 && this.#bytes > bytes)
  }
}

function isMeasure({ word }: NumberedWord): boolean {
  if (word.kind !== 'message' || typeof word.data !== 'object' || word.data === null) return false
  return 'type' in word.data && word.data.type === 'axm:monitor'
}
