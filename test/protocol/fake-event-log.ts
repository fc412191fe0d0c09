import type { LifecycleEvent } from '../../src/protocol/envelope.ts'
import { padSequence } from '../../src/protocol/envelope.ts'
import type { Bookmark } from '../../src/protocol/answers.ts'
import type { EventLog, LiveEvents } from '../../src/protocol/watch.ts'

/** Where an event really stands: what a watcher can only guess. */
export interface Place {
  readonly epoch: string
  readonly sequence: number
}

/** Decides when each step of a read or a delivery happens: fast-check's scheduler is one. */
export interface Pace {
  schedule(step: Promise<void>, label?: string): Promise<void>
}

/** Everything happens as soon as it can. */
export const atOnce: Pace = { schedule: (step) => step }

/**
 * A log whose reads take time, and a live channel that loses what it is told to lose. Both the
 * question and the answer of every read are delayed as the pace wants it, so anything may happen
 * before, between and after them.
 */
export class FakeEventLog implements EventLog<string>, LiveEvents {
  readonly #pace: Pace
  readonly #listeners = new Set<(event: LifecycleEvent) => void>()
  #entries: LifecycleEvent[] = []
  #epoch = 0
  #sequence = 0
  #time = 0
  #lostTailAt = 0
  /** Where the log ended when somebody subscribed first. */
  subscribedAt: Place | undefined

  constructor(pace: Pace) {
    this.#pace = pace
  }

  get end(): Bookmark {
    return { epoch: `e${this.#epoch}`, sequence: this.#sequence, lastId: `${this.#time}-0` }
  }

  get subscribers(): number {
    return this.#listeners.size
  }

  /** Logs an event and announces it, unless it is to get lost on the way. */
  append(isLost: boolean): void {
    this.#sequence += 1
    this.#time += 1
    const event = eventAt(this.end)
    this.#entries.push(event)
    if (isLost) return
    const listeners = [...this.#listeners]
    void this.#pace
      .schedule(Promise.resolve(), 'live')
      .then(() => listeners.forEach((hear) => this.#listeners.has(hear) && hear(event)))
  }

  /**
   * Forgets the oldest entries, but none that was written since the newest ones were lost: a log is thousands of
   * entries long, and nobody could tell a number that was given anew and trimmed at once.
   */
  trim(count: number): void {
    const isOld = ({ logid = '' }: LifecycleEvent): boolean =>
      Number.parseInt(logid, 10) <= this.#lostTailAt
    const old = this.#lostTailAt === 0 ? this.#entries.length : this.#entries.filter(isOld).length
    this.#entries.splice(0, Math.min(count, old))
  }

  /** Loses everything and counts anew, as after FLUSHALL. */
  startAnew(): void {
    this.#epoch += 1
    this.#sequence = 0
    this.#entries = []
  }

  /** Loses the newest entries, as a failover to a replica that lagged. */
  loseTail(count: number): void {
    const lost = Math.min(count, this.#entries.length)
    this.#entries.splice(this.#entries.length - lost)
    this.#sequence -= lost
    this.#lostTailAt = this.#time
  }

  bookmark(): Promise<Bookmark> {
    return this.#read('bookmark', () => this.end)
  }

  range(after: string, count: number): Promise<readonly LifecycleEvent[]> {
    const from = Number.parseInt(after, 10)
    const isAfter = ({ logid = '' }: LifecycleEvent): boolean => Number.parseInt(logid, 10) > from
    return this.#read('range', () => this.#entries.filter(isAfter).slice(0, count))
  }

  states(): Promise<readonly string[]> {
    return this.#read('states', () => [`as of ${this.#sequence}`])
  }

  async subscribe(hear: (event: LifecycleEvent) => void): Promise<() => void> {
    await this.#read('subscribe', () => {
      this.subscribedAt ??= this.end
      this.#listeners.add(hear)
    })
    return () => this.#listeners.delete(hear)
  }

  async #read<T>(what: string, read: () => T): Promise<T> {
    await this.#pace.schedule(Promise.resolve(), `${what} asked`)
    const answer = read()
    await this.#pace.schedule(Promise.resolve(), `${what} answered`)
    return answer
  }
}

export function eventAt({ epoch, sequence, lastId }: Bookmark): LifecycleEvent {
  return {
    specversion: '1.0',
    id: `${epoch}.${sequence}`,
    source: '/main/a',
    type: 'dev.troupe.instance.online.v1',
    time: '2026-01-01T00:00:00.000Z',
    logid: lastId,
    sequence: padSequence(sequence),
    data: { host: 'a', text: '', epoch },
  }
}

export function placeOf({ data, sequence }: LifecycleEvent): Place {
  return { epoch: String(data['epoch']), sequence: Number(sequence) }
}
