import { systemClock } from '../base/clock.ts'

/** Something with work to do. The link is the run queue's: queueing allocates nothing. */
export interface Runnable {
  nextInQueue: Runnable | undefined
  /** Does at most `limit` pieces of work. */
  run(limit: number): void
}

/** Decides when those with work get their turn. */
export interface Scheduler {
  /** Queues a turn. The caller sees to it that nobody is queued twice. */
  schedule(task: Runnable): void
  /** Gives turns until nobody has work, where turns do not come by themselves. */
  runUntilIdle(): void
  readonly isIdle: boolean
}

const messagesPerTurn = 64
const maxDrainMs = 4

class RunQueue {
  #head: Runnable | undefined
  #tail: Runnable | undefined

  get isEmpty(): boolean {
    return this.#head === undefined
  }

  push(task: Runnable): void {
    if (this.#tail) this.#tail.nextInQueue = task
    else this.#head = task
    this.#tail = task
  }

  /** Gives the first its turn. */
  turn(): void {
    const task = this.#head
    if (!task) return
    this.#head = task.nextInQueue
    if (!this.#head) this.#tail = undefined
    task.nextInQueue = undefined
    task.run(messagesPerTurn)
  }
}

/** Gives turns only when told to, on the caller's stack. */
export class ManualScheduler implements Scheduler {
  readonly #queue = new RunQueue()
  #isRunning = false

  get isIdle(): boolean {
    return this.#queue.isEmpty
  }

  schedule(task: Runnable): void {
    this.#queue.push(task)
  }

  runUntilIdle(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      while (!this.#queue.isEmpty) this.#queue.turn()
    } finally {
      this.#isRunning = false
    }
  }
}

/**
 * Gives turns in a microtask, the soonest moment there is, but never for longer than a
 * few milliseconds before sockets, timers and child processes are served.
 *
 * A burst is all the turns between two visits to the event loop. Microtasks alone would
 * starve it: an `async` handler that tells itself something never leaves them.
 */
export class AutoScheduler implements Scheduler {
  readonly #queue = new RunQueue()
  #isArmed = false
  /** When the burst has lasted long enough; undefined between bursts. */
  #burstEndsAt: number | undefined

  get isIdle(): boolean {
    return this.#queue.isEmpty
  }

  schedule(task: Runnable): void {
    this.#queue.push(task)
    if (!this.#isArmed) this.#arm()
  }

  runUntilIdle(): void {}

  #arm(): void {
    this.#isArmed = true
    if (this.#burstEndsAt === undefined || systemClock.now() < this.#burstEndsAt) {
      queueMicrotask(() => this.#drain())
    } else {
      setImmediate(() => this.#drain())
    }
  }

  #drain(): void {
    const endsAt = this.#burst()
    try {
      while (!this.#queue.isEmpty) {
        this.#queue.turn()
        if (systemClock.now() >= endsAt) break
      }
    } finally {
      this.#isArmed = false
      if (!this.#queue.isEmpty) this.#arm()
    }
  }

  #burst(): number {
    if (this.#burstEndsAt !== undefined) return this.#burstEndsAt
    const endsAt = systemClock.now() + maxDrainMs
    this.#burstEndsAt = endsAt
    // Armed before any immediate that goes on with the work, so it always runs before it.
    setImmediate(() => {
      this.#burstEndsAt = undefined
    })
    return endsAt
  }
}
