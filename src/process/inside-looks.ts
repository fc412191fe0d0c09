import type { Clock } from '../base/clock.ts'
import type { InsideSight, LookWord, ManagerWord, SightWord } from './agent/words.ts'

/** What a worker is asked about itself. */
export type InsideLook = Pick<LookWord, 'port' | 'path' | 'timeoutMs'>

/** The looks that one worker was asked for and has not answered. */
export class InsideLooks {
  readonly #clock: Clock
  readonly #waiting = new Map<number, (seen: InsideSight) => void>()
  #last = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves with what the worker saw; one that does not answer in time, has failed. */
  ask(look: InsideLook, tell: (word: ManagerWord) => boolean): Promise<InsideSight> {
    const id = ++this.#last
    const { timeoutMs } = look
    return new Promise((resolve) => {
      const end = (seen: InsideSight): void => {
        cancel()
        this.#waiting.delete(id)
        resolve(seen)
      }
      const cancel = this.#clock.after(timeoutMs, () =>
        end({ kind: 'failed', why: `the worker did not answer in ${timeoutMs} ms` }),
      )
      this.#waiting.set(id, end)
      // Whoever lost its primary may still serve.
      if (!tell({ kind: 'look', id, ...look })) end({ kind: 'elsewhere' })
    })
  }

  /** An answer that nobody waits for any more is nothing. */
  heard({ id, seen }: SightWord): void {
    this.#waiting.get(id)?.(seen)
  }
}
