/** A piece of work that waits for its turn. */
export interface Errand {
  readonly id: string
  /** The services it touches; `undefined` for everything there is. */
  readonly lanes: readonly string[] | undefined
  /** Two waiting errands with the same gist would do the same thing twice. */
  readonly gist: string | undefined
  readonly run: () => Promise<void>
  /** Told instead of being run, when a later errand of the same gist came: with that one's id. */
  readonly supersede: (by: string) => void
}

/**
 * Runs errands that touch the same service one after the other, in the order they came, and all
 * others side by side.
 */
export class Lanes {
  readonly #ends = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, Errand>()
  #waitingCount = 0

  /** How many have not begun. */
  get waiting(): number {
    return this.#waitingCount
  }

  /** Resolves when the errand has run, or was superseded. One that nothing precedes begins at once; `run` may not reject. */
  add(errand: Errand): Promise<void> {
    this.#replaceEqual(errand)
    const before = this.#before(errand.lanes)
    const end = before.length === 0 ? errand.run() : this.#queue(errand, before)
    for (const lane of errand.lanes ?? [everything]) this.#occupy(lane, end)
    return end
  }

  #replaceEqual({ gist, id }: Errand): void {
    const equal = gist === undefined ? undefined : this.#waiting.get(gist)
    if (gist === undefined || equal === undefined) return
    this.#waiting.delete(gist)
    this.#waitingCount -= 1
    equal.supersede(id)
  }

  async #queue(errand: Errand, before: readonly Promise<void>[]): Promise<void> {
    const { gist } = errand
    this.#waitingCount += 1
    if (gist !== undefined) this.#waiting.set(gist, errand)
    await Promise.all(before)
    if (gist !== undefined) {
      if (this.#waiting.get(gist) !== errand) return
      this.#waiting.delete(gist)
    }
    this.#waitingCount -= 1
    await errand.run()
  }

  #before(lanes: readonly string[] | undefined): readonly Promise<void>[] {
    if (lanes === undefined) return [...this.#ends.values()]
    return [everything, ...lanes].flatMap((lane) => this.#ends.get(lane) ?? [])
  }

  #occupy(lane: string, end: Promise<void>): void {
    this.#ends.set(lane, end)
    void end.then(() => {
      if (this.#ends.get(lane) === end) this.#ends.delete(lane)
    })
  }
}

/** The lane of errands that touch all services: no service can be called that. */
const everything = ''
