import type { Cancel, Clock, Millis } from '../../../src/base/clock.ts'
import type { TreeUsage } from '../../../src/process/tree-usage.ts'
import type { WatchNews, WatchOrder } from '../../../src/supervisor/triggers/file-watch.ts'
import type {
  LiveProcess,
  TriggerAction,
  TriggerNote,
  TriggerPorts,
} from '../../../src/supervisor/triggers/ports.ts'
import type { Triggered } from '../../../src/supervisor/triggers/triggers.ts'
import { FakeClock } from '../../../src/testing/fake-clock.ts'
import { serviceOf } from '../../declaration/given.ts'

/** A clock whose wall can be set, as an administrator does. */
export class WallClock implements Clock {
  readonly #steady = new FakeClock()
  #offsetMs: number

  constructor(start: string) {
    this.#offsetMs = Date.parse(start)
  }

  now(): Millis {
    return this.#steady.now()
  }

  date(): Date {
    return new Date(this.#offsetMs + this.#steady.now())
  }

  after(ms: Millis, fn: () => void): Cancel {
    return this.#steady.after(ms, fn)
  }

  advance(ms: Millis): void {
    this.#steady.advance(ms)
  }

  set(wall: string): void {
    this.#offsetMs = Date.parse(wall) - this.#steady.now()
  }

  get armed(): number {
    return this.#steady.armed
  }
}

/** A watched root that a test speaks for. */
export interface FakeRoot extends WatchNews {
  readonly order: WatchOrder
  isOpen: boolean
}

/** A host on which everything is said and nothing is done. */
export class FakeSite {
  readonly clock: WallClock
  readonly actions: TriggerAction[] = []
  readonly notes: TriggerNote[] = []
  readonly reports: string[] = []
  readonly roots: FakeRoot[] = []
  readonly last = new Map<string, number>()
  live: readonly LiveProcess[] = []
  usage: ReadonlyMap<number, TreeUsage> = new Map()
  /** What the system answers when it is asked to watch. */
  refusal: { readonly code: string } | undefined
  isUp = true
  readonly #pending: (() => void)[] = []

  constructor(start = '2026-06-01T00:00:00Z') {
    this.clock = new WallClock(start)
  }

  get ports(): TriggerPorts {
    return {
      clock: this.clock,
      home: '/home/ann/.troupe',
      act: (action) => {
        this.actions.push(action)
        return new Promise((resolve) => this.#pending.push(resolve))
      },
      note: (note) => this.notes.push(note),
      processes: () => this.live,
      openWatch: (order, news) => this.#watch(order, news),
      meter: { measure: () => Promise.resolve(this.usage) },
      firings: {
        last: (id) => this.last.get(id),
        record: (id, dueAt) => this.last.set(id, dueAt),
      },
      report: (what, thrown) => this.reports.push(`${what}: ${String(thrown)}`),
    }
  }

  /** A service in `/srv` whose app says this. */
  service(app: Readonly<Record<string, unknown>>): Triggered {
    return { id: 'x1', spec: serviceOf({ name: 'api', ...app }), isUp: () => this.isUp }
  }

  /** Ends the oldest action that is not over. */
  async finish(): Promise<void> {
    this.#pending.shift()?.()
    await settled()
  }

  /** The one root that is watched now. */
  get root(): FakeRoot {
    const [root] = this.roots.filter(({ isOpen }) => isOpen)
    if (root === undefined) throw new Error('nothing is watched')
    return root
  }

  async #watch(order: WatchOrder, news: WatchNews) {
    if (this.refusal) throw Object.assign(new Error('refused'), this.refusal)
    const root: FakeRoot = { ...news, order, isOpen: true }
    this.roots.push(root)
    const close = async (): Promise<void> => {
      root.isOpen = false
    }
    return { close }
  }
}

/** Every promise that can go on has gone on. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
