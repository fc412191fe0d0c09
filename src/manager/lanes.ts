/** A piece of work that waits for its turn. */
export interface Job {
  readonly id: string
  /** The services it touches; `undefined` for everything there is. */
  readonly lanes: readonly string[] | undefined
  /** Two waiting jobs with the same gist would do the same thing twice. */
  readonly gist: string | undefined
  readonly run: () => Promise<void>
  /** Told instead of being run, when a later job of the same gist came: with that one's id. */
  readonly supersede: (by: string) => void
}

/**
 * Runs jobs that touch the same service one after the other, in the order they came, and all
 * others side by side.
 */
export class Lanes {
  readonly #ends = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, Job>()
  #waitingCount = 0

  /** How many have not begun. */
  get waiting(): number {
    return this.#waitingCount
  }

  /** Resolves when the job has run, or was superseded. A job that nothing precedes begins at once; `run` may not reject. */
  add(job: Job): Promise<void> {
    this.#replaceEqual(job)
    const before = this.#before(job.lanes)
    const end = before.length === 0 ? job.run() : this.#queue(job, before)
    for (const lane of job.lanes ?? [everything]) this.#occupy(lane, end)
    return end
  }

  #replaceEqual({ gist, id }: Job): void {
    const equal = gist === undefined ? undefined : this.#waiting.get(gist)
    if (gist === undefined || equal === undefined) return
    this.#waiting.delete(gist)
    this.#waitingCount -= 1
    equal.supersede(id)
  }

  async #queue(job: Job, before: readonly Promise<void>[]): Promise<void> {
    const { gist } = job
    this.#waitingCount += 1
    if (gist !== undefined) this.#waiting.set(gist, job)
    await Promise.all(before)
    if (gist !== undefined) {
      if (this.#waiting.get(gist) !== job) return
      this.#waiting.delete(gist)
    }
    this.#waitingCount -= 1
    await job.run()
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

/** The lane of jobs that touch all services: no service can be called that. */
const everything = ''
