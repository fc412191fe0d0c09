import type { Cancel, Clock, Millis } from '../../base/clock.ts'
import { errnoOf, messageOf } from '../../base/errors.ts'
import { afterLoss, type Autonomy, defaultAutonomy, type Loss } from './autonomy.ts'
import { prepareSuccessor } from './successor.ts'
import type { PrimaryConfig, PrimaryLine, PrimaryNews, WorkerOrder } from './words.ts'
import { ClusterWorker } from './worker.ts'

/** Without workers a primary waits this long for another, then it ends. */
const idleMs = 30_000

/** A manager that is gone this soon after a loss may not have come to decide about it. */
const undecidedMs = 1_000

/** What a primary needs from its program. */
export interface PrimaryPorts {
  readonly config: PrimaryConfig
  readonly clock: Clock
  /** Reaches the manager that is connected, if one is. */
  readonly tell: (news: PrimaryNews) => void
  /** Closes the control socket; without workers the process then ends by itself. */
  readonly leave: () => void
}

/** A slot that the primary has restarted by itself, or is about to. */
interface Care {
  readonly restarts: number
  readonly isDue: boolean
  readonly cancel: Cancel
}

/** A worker that ended while a manager was there. */
interface Left {
  readonly order: WorkerOrder
  readonly of: Pick<Loss, 'uptimeMs' | 'isAsked' | 'code'>
  readonly at: Millis
}

/** The workers of one service, and what becomes of them while no manager lives. */
export class Primary {
  readonly #ports: PrimaryPorts
  readonly #workers = new Map<string, ClusterWorker>()
  /** The latest launch of each slot. */
  readonly #latest = new Map<number, string>()
  readonly #care = new Map<number, Care>()
  /** The latest loss of each slot that was left to the manager. */
  readonly #left = new Map<number, Left>()
  #autonomy: Autonomy = defaultAutonomy
  #isManaged = false
  #isRetiring = false
  /** It has said that it ends, and does nothing any more. */
  #isLeaving = false
  #cancelIdle: Cancel

  constructor(ports: PrimaryPorts) {
    this.#ports = ports
    this.#cancelIdle = ports.clock.after(idleMs, () => this.#leave())
  }

  /** A manager has connected: it decides about restarts from now on. */
  managed(): readonly string[] {
    this.#isManaged = true
    for (const { cancel } of this.#care.values()) cancel()
    this.#care.clear()
    this.#settle()
    return [...this.#workers.keys()]
  }

  unmanaged(): void {
    this.#isManaged = false
    if (this.#isLeaving) return
    for (const worker of this.#workers.values()) worker.unheard()
    const since = this.#ports.clock.now() - undecidedMs
    for (const { order, of, at } of this.#left.values()) if (at >= since) this.#restart(order, of)
    this.#left.clear()
    this.#settle()
  }

  obey(line: PrimaryLine): void {
    // Whoever said it has been told, or will be: the next primary obeys.
    if (this.#isLeaving) return
    if (line.kind === 'fork') return this.#fork(line.order)
    if (line.kind === 'retire') {
      this.#isRetiring = true
      return this.#settle()
    }
    const worker = this.#workers.get(line.cookie)
    if (worker !== undefined) obeyFor(worker, line)
  }

  #fork(order: WorkerOrder): void {
    this.#autonomy = order.autonomy
    this.#isRetiring = false
    const { cookie } = order.record
    try {
      this.#begin(order)
      this.#ports.tell({ kind: 'forked', cookie })
    } catch (error) {
      const errno = errnoOf(error)
      const said = errno === undefined ? {} : { errno }
      this.#ports.tell({ kind: 'refused', cookie, why: messageOf(error), ...said })
    }
    this.#settle()
  }

  #begin(order: WorkerOrder): void {
    const { clock, tell } = this.#ports
    const { cookie, slot } = order.record
    const bornAt = clock.now()
    const worker = new ClusterWorker(order, {
      clock,
      say: (entry) => tell({ kind: 'say', cookie, ...entry }),
      hasOthers: () => [...this.#workers.values()].some((other) => other !== worker),
      hasServing: () => [...this.#workers.values()].some(({ isServing }) => isServing),
      gone: (code) => this.#gone(worker, clock.now() - bornAt, code),
    })
    this.#workers.set(cookie, worker)
    this.#latest.set(slot, cookie)
  }

  #gone(worker: ClusterWorker, uptimeMs: Millis, code: number | null): void {
    const { order, cookie, isAsked } = worker
    this.#workers.delete(cookie)
    this.#ports.tell({ kind: 'gone', cookie })
    this.#restart(order, { uptimeMs, isAsked, ...(code === null ? {} : { code }) })
    this.#settle()
  }

  #restart(order: WorkerOrder, of: Pick<Loss, 'uptimeMs' | 'isAsked' | 'code'>): void {
    const { slot, cookie } = order.record
    const restarts = this.#care.get(slot)?.restarts ?? 0
    if (this.#isManaged) this.#left.set(slot, { order, of, at: this.#ports.clock.now() })
    const isReplaced = this.#latest.get(slot) !== cookie
    const loss = { ...of, isManaged: this.#isManaged, isReplaced, restarts }
    const verdict = afterLoss(loss, this.#autonomy)
    if (verdict.kind === 'rest') return
    const cancel = this.#ports.clock.after(verdict.afterMs, () => this.#succeed(order))
    this.#care.set(slot, { restarts: verdict.restarts, isDue: true, cancel })
  }

  #succeed(order: WorkerOrder): void {
    const { config, clock } = this.#ports
    let next = order
    this.#isNotDue(order.record.slot)
    try {
      next = prepareSuccessor(order, config, clock.date())
      this.#begin(next)
    } catch {
      // A full disk may pass: it counts as a run that ended at once.
      this.#latest.set(order.record.slot, next.record.cookie)
      this.#restart(next, { uptimeMs: 0, isAsked: false })
    }
    this.#settle()
  }

  #isNotDue(slot: number): void {
    const care = this.#care.get(slot)
    if (care) this.#care.set(slot, { ...care, isDue: false })
  }

  /** Looks whether there is anything left to stay for. */
  #settle(): void {
    this.#cancelIdle()
    const isExpecting = [...this.#care.values()].some(({ isDue }) => isDue)
    if (this.#workers.size > 0 || isExpecting) return
    if (this.#isRetiring) return this.#leave()
    this.#cancelIdle = this.#ports.clock.after(idleMs, () => this.#leave())
  }

  #leave(): void {
    this.#isLeaving = true
    this.#cancelIdle()
    for (const { cancel } of this.#care.values()) cancel()
    this.#ports.tell({ kind: 'leaving' })
    this.#ports.leave()
  }
}

function obeyFor(
  worker: ClusterWorker,
  line: Exclude<PrimaryLine, { kind: 'fork' | 'retire' }>,
): void {
  switch (line.kind) {
    case 'tell':
      worker.tell(line.word)
      return
    case 'welcome':
      return worker.welcome(line.heard)
    case 'heard':
      return worker.heard(line.upTo)
    case 'trust':
      return worker.trust()
    case 'asked':
      worker.isAsked = true
  }
}
