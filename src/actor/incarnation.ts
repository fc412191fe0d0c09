import { same, stopped, unhandled, type Behavior, type Signal } from './behavior.ts'
import type { Context } from './context.ts'
import type { Ending, Fault } from './ending.ts'
import type { LossReason } from './dead-letters.ts'
import type { Envelope } from './envelope.ts'
import { preview } from './preview.ts'
import type { Overtaking } from './mailbox.ts'
import type { SupervisorOpts } from './supervision.ts'

/** Told what comes of an incarnation. */
export interface IncarnationHost {
  /** `init` has succeeded. */
  started(): void
  /** A promise has settled: there is a turn to be had again. */
  resumed(): void
  /** It wants to end, or has failed. */
  ended(ending: Ending): void
  lose(message: unknown, reason: LossReason): void
  /** Something failed that was given up before. */
  failedLate(fault: Fault): void
}

/** One life of an actor: its behaviour and state, one handler at a time. */
export class Incarnation {
  readonly context: Context
  readonly #host: IncarnationHost
  readonly #behavior: Behavior<unknown, never>
  #state: unknown
  #hasState = false
  #isBusy = false
  #isOver = false
  #current: Envelope | undefined

  constructor(host: IncarnationHost, behavior: Behavior<unknown, never>, context: Context) {
    this.#host = host
    this.#behavior = behavior
    this.context = context
    this.#state = undefined
    this.#current = undefined
  }

  /** A handler's promise is pending. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  get supervision(): SupervisorOpts | undefined {
    return this.#behavior.supervision
  }

  get hearsSignals(): boolean {
    return this.#behavior.signal !== undefined
  }

  get current(): Envelope | undefined {
    return this.#current
  }

  init(): void {
    let state: unknown
    try {
      state = this.#behavior.init(this.context)
    } catch (error) {
      return this.#fail('init', error, undefined)
    }
    if (state instanceof Promise) this.#suspend('init', state, undefined)
    else this.#takeState(state)
  }

  receive(envelope: Envelope): void {
    this.#current = envelope
    this.#receive(envelope.message)
    if (!this.#isBusy) this.#current = undefined
  }

  overtake(notice: Overtaking): void {
    if (notice.kind === 'message') this.#receive(notice.message)
    else this.#signal(notice.signal)
  }

  /** Says goodbye to the behaviour; a fault of this is reported and changes nothing. */
  postStop(ending: Ending): void {
    if (this.#hasState) this.#signal({ kind: 'postStop', ending })
  }

  /** Whatever its handlers still do is of no consequence. */
  over(): void {
    this.#isOver = true
    this.#isBusy = false
    this.context.close()
    this.context.unstashAll()
  }

  #receive(message: unknown): void {
    let next: unknown
    try {
      // The ref was typed by the spec of this behaviour; mailboxes do not repeat the type.
      next = this.#behavior.receive(this.#state, message as never, this.context)
    } catch (error) {
      return this.#fail('receive', error, message)
    }
    if (next === same || next === this.#state) return
    if (next instanceof Promise) this.#suspend('receive', next, message)
    else this.#become('receive', next, message)
  }

  #signal(signal: Signal): void {
    let next: unknown
    try {
      next = this.#behavior.signal?.(this.#state, signal, this.context) ?? same
    } catch (error) {
      return this.#fail('signal', error, signal)
    }
    if (next instanceof Promise) this.#suspend('signal', next, signal)
    else this.#become('signal', next, signal)
  }

  #takeState(state: unknown): void {
    this.#state = state
    this.#hasState = true
    this.#host.started()
  }

  #become(during: Fault['during'], next: unknown, message: unknown): void {
    if (next === same) return
    if (next === stopped) return this.#host.ended({ kind: 'stopped', reason: 'finished' })
    if (next !== unhandled) this.#state = next
    else if (during === 'receive') this.#host.lose(message, 'unhandled')
  }

  #suspend(during: Fault['during'], pending: Promise<unknown>, message: unknown): void {
    this.#isBusy = true
    pending.then(
      (outcome) => {
        if (this.#isOver) return
        this.#isBusy = false
        this.#current = undefined
        if (during === 'init') this.#takeState(outcome)
        else this.#become(during, outcome, message)
        this.#host.resumed()
      },
      (error: unknown) => {
        this.#isBusy = false
        this.#fail(during, error, message)
        this.#host.resumed()
      },
    )
  }

  #fail(during: Fault['during'], error: unknown, message: unknown): void {
    const fault = faultOf(this, during, error, message)
    if (this.#isOver) this.#host.failedLate(fault)
    else this.#host.ended(fault)
  }
}

function faultOf(
  { context }: Incarnation,
  during: Fault['during'],
  error: unknown,
  message: unknown,
): Fault {
  const shown = during === 'init' ? undefined : preview(message)
  return { kind: 'fault', path: context.path, during, error, message: shown }
}
