import type { Cancel, Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { refusalOf } from './refusal.ts'
import type { ReplyEntry } from './wire.ts'

const repliesAtMost = 1_000
const againMs = 500
/** Nobody waits longer for a reply: its stream would be gone. */
const uselessAfterMs = 600_000

interface Pending {
  readonly entry: ReplyEntry
  readonly since: number
  readonly settle: () => void
}

/** How one reply is sent, and where it is said that one could not be. */
export interface ReplyQueueOptions {
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly send: (entry: ReplyEntry) => Promise<void>
}

/** Replies on their way, in order: bounded, and tried again while Redis is away. */
export class ReplyQueue {
  readonly #options: ReplyQueueOptions
  readonly #pending: Pending[] = []
  #isOn = false
  #isSending = false
  #cancelAgain: Cancel = () => {}

  constructor(options: ReplyQueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#pending.length
  }

  /** Resolves when the reply stands in its stream, or was given up. */
  add(entry: ReplyEntry): Promise<void> {
    return new Promise((settle) => {
      this.#pending.push({ entry, since: this.#options.clock.now(), settle })
      if (this.#pending.length > repliesAtMost) this.#giveUp('too many are waiting')
      this.#poke()
    })
  }

  start(): void {
    this.#isOn = true
    this.#poke()
  }

  stop(): void {
    this.#isOn = false
    this.#cancelAgain()
  }

  /** Gives up whatever waits. */
  close(): void {
    this.stop()
    while (this.#pending.length > 0) this.#giveUp('the bus is closed')
  }

  #poke(): void {
    if (this.#isOn && !this.#isSending) void this.#sendAll()
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true
    try {
      for (let next = this.#next(); next && this.#isOn; next = this.#next()) {
        await this.#send(next)
      }
    } catch {
      this.#cancelAgain()
      this.#cancelAgain = this.#options.clock.after(againMs, () => this.#poke())
    } finally {
      this.#isSending = false
    }
  }

  #next(): Pending | undefined {
    const [oldest] = this.#pending
    if (!oldest || this.#options.clock.now() - oldest.since < uselessAfterMs) return oldest
    this.#giveUp('it is too old')
    return this.#next()
  }

  /** Throws when it is worth trying again. */
  async #send(pending: Pending): Promise<void> {
    try {
      await this.#options.send(pending.entry)
      this.#settle(pending)
    } catch (error) {
      const { kind, why } = refusalOf(messageOf(error))
      if (kind !== 'refused') throw error
      if (this.#pending[0] === pending) this.#giveUp(why)
    }
  }

  #settle(pending: Pending): void {
    const at = this.#pending.indexOf(pending)
    if (at >= 0) this.#pending.splice(at, 1)
    pending.settle()
  }

  #giveUp(why: string): void {
    const given = this.#pending.shift()
    if (!given) return
    const { commandId, status } = given.entry
    this.#options.log(`the reply "${status}" to ${commandId} was given up: ${why}`)
    given.settle()
  }
}
