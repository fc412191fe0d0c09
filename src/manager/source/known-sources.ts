import { type Clock, type Millis, sleep } from '../../base/clock.ts'
import type { SourceView } from '../../protocol/views.ts'
import type { Place } from './place.ts'
import type { WorkingTree } from './working-tree.ts'

/** Whoever describes a service does not wait longer for git. */
const patienceMs: Millis = 1_500
const freshMs: Millis = 3_000
/** Repositories that are looked at at the same time. */
const mostAtOnce = 4

interface Known {
  readonly source: Promise<SourceView | undefined>
  readonly isFresh: () => boolean
}

/** What git said of each place a moment ago. Nobody fails or waits for long because of git. */
export class KnownSources {
  readonly #clock: Clock
  readonly #treeOf: (place: Place) => WorkingTree
  readonly #known = new Map<string, Known>()
  readonly #lines = Array.from({ length: mostAtOnce }, (): Promise<unknown> => Promise.resolve())
  #looks = 0

  constructor(clock: Clock, treeOf: (place: Place) => WorkingTree) {
    this.#clock = clock
    this.#treeOf = treeOf
  }

  /** Undefined: not under git, or git is late. */
  of(place: Place): Promise<SourceView | undefined> {
    for (const [key, { isFresh }] of this.#known) if (!isFresh()) this.#known.delete(key)
    const key = JSON.stringify([place.cwd, place.user])
    const known = this.#known.get(key) ?? this.#look(place)
    this.#known.set(key, known)
    return Promise.race([known.source, sleep(this.#clock, patienceMs).then(() => undefined)])
  }

  /** The source has changed. */
  forget(): void {
    this.#known.clear()
  }

  #look(place: Place): Known {
    let knownAt: Millis | undefined
    const line = this.#looks++ % mostAtOnce
    const source = Promise.resolve(this.#lines[line])
      .then(() => this.#treeOf(place).look())
      .catch(() => undefined)
      .finally(() => (knownAt = this.#clock.now()))
    this.#lines[line] = source
    return { source, isFresh: () => knownAt === undefined || this.#clock.now() - knownAt < freshMs }
  }
}
