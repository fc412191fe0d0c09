import type { Worker } from 'node:cluster'
import type { Clock } from '../../base/clock.ts'
import { agentVariable } from '../agent/config.ts'
import { WordQueue } from '../agent/word-queue.ts'
import {
  type AgentWord,
  type LookWord,
  type ManagerWord,
  type NumberedWord,
  wordOf,
} from '../agent/words.ts'
import { isWorkerMessage, workerCommand, type WorkerMessage } from '../agent/worker-words.ts'
import { forkWorker } from './fork-worker.ts'
import { watchHandedOver } from './handed-over.ts'
import { WorkerNotes } from './notes.ts'
import { statusOf } from './status.ts'
import type { WorkerOrder } from './words.ts'

/** What a worker tells its primary, and knows from it. */
export interface WorkerEvents {
  readonly clock: Clock
  say(entry: NumberedWord): void
  gone(code: number | null): void
  /** Whether another worker lives. */
  readonly hasOthers: () => boolean
  /** Whether some worker takes connections, and is not held back. */
  readonly hasServing: () => boolean
}

/** One worker from its fork to its end: notes on disk, words to whoever manages it. */
export class ClusterWorker {
  #order: WorkerOrder
  #isListening = false
  /** A manager asked it to end. */
  isAsked = false
  readonly #worker: Worker
  readonly #notes: WorkerNotes
  readonly #events: WorkerEvents
  readonly #words = new WordQueue()
  #isHeard = false
  #sentUpTo = 0

  /** @throws Error saying why there is no worker; then nothing was noted but that somebody tried */
  constructor(order: WorkerOrder, events: WorkerEvents) {
    this.#order = order
    this.#events = events
    this.#notes = new WorkerNotes(order.record)
    this.#worker = this.#fork()
    // A message that can no longer be delivered is not worth a primary.
    this.#worker.on('error', ignore)
    this.#note(this.#worker.process)
    this.#listen()
  }

  get order(): WorkerOrder {
    return this.#order
  }

  get isServing(): boolean {
    return this.#isListening && !this.isAsked && this.#order.isHeldBack !== true
  }

  /** It gets its share of connections from now on, and so do those that are started in its place. */
  trust(): void {
    const { isHeldBack: _, ...order } = this.#order
    this.#order = order
  }

  get cookie(): string {
    return this.order.record.cookie
  }

  /** False when the worker can no longer be reached. */
  tell(word: ManagerWord): boolean {
    if (!this.#worker.isConnected()) return false
    if (word.kind === 'message') return this.#worker.send(word.data as object)
    if (word.kind === 'look') return this.#look(word)
    this.isAsked = true
    return this.#post({ cmd: workerCommand, kind: 'drain', word })
  }

  /** Somebody listens from now on, and has heard everything up to that number. */
  welcome(heard: number): void {
    this.#isHeard = true
    this.#sentUpTo = heard
    this.heard(heard)
    this.#send()
  }

  heard(upTo: number): void {
    this.#words.heard(upTo)
  }

  /** Nobody listens any more: words wait. */
  unheard(): void {
    this.#isHeard = false
  }

  /** Without an agent nobody in the worker could look, and one that has hung up cannot be asked. */
  #look(word: LookWord): boolean {
    const hasAgent = agentVariable in this.order.program.env
    if (hasAgent && this.#post({ cmd: workerCommand, kind: 'look', word })) return true
    this.#say({ kind: 'sight', id: word.id, seen: { kind: 'elsewhere' } })
    return true
  }

  #fork(): Worker {
    try {
      return forkWorker(this.order.program, this.#notes)
    } catch (error) {
      this.#notes.abandon()
      throw error
    }
  }

  /** A worker whose start nobody could read about later must not live. */
  #note(child: Worker['process']): void {
    try {
      if (child.pid === undefined) throw new Error('there is no process')
      this.#notes.born(child.pid)
    } catch (error) {
      child.kill('SIGKILL')
      this.#notes.abandon()
      throw error
    }
  }

  #listen(): void {
    const worker = this.#worker
    worker.on('message', (message: unknown) => this.#say(wordOf(message)))
    worker.on('listening', ({ address, port }) => {
      this.#isListening = true
      if (port > 0) this.#say({ kind: 'listening', ...(isAny(address) ? {} : { address }), port })
    })
    worker.process.on('internalMessage' as 'message', (message: unknown) => this.#heardOwn(message))
    const { clock, hasOthers, hasServing } = this.#events
    const isHeldBack = (): boolean => this.#order.isHeldBack === true && hasServing()
    const settle = watchHandedOver(worker.process, { hasOthers, isHeldBack }, clock)
    worker.process.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
      this.#notes.ended(statusOf(code, signal))
      // Node takes the worker out of its lists at the end of this turn, or with its channel.
      setImmediate(settle)
      this.#events.gone(code)
    })
  }

  #heardOwn(message: unknown): void {
    if (!isWorkerMessage(message)) return
    if (message.kind === 'word') this.#say(message.word)
    // The channel keeps order: every connection that was handed over has arrived before this.
    if (message.kind === 'accept-closed') this.#post({ cmd: workerCommand, kind: 'bye' })
  }

  #say(word: AgentWord): void {
    this.#words.add(word)
    this.#send()
  }

  #send(): void {
    if (!this.#isHeard) return
    for (const entry of this.#words.behind(this.#sentUpTo)) {
      this.#events.say(entry)
      this.#sentUpTo = entry.seq
    }
  }

  #post(message: WorkerMessage): boolean {
    return this.#worker.isConnected() && this.#worker.send(message)
  }
}

/** Workers say null where they listen on everything. */
function isAny(address: string | null): boolean {
  return address === null || address === '' || address === '::' || address === '0.0.0.0'
}

function ignore(): void {}
