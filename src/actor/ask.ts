import type { Cancel, Millis } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import type { LossReason } from './dead-letters.ts'
import type { Ticket } from './envelope.ts'
import type { Kernel } from './kernel.ts'
import { LocalRef, type Target } from './local-ref.ts'
import type { ActorPath, Ref } from './ref.ts'

/** How long an answer is waited for, and what else ends the waiting. */
export interface AskOpts {
  /** Mandatory: who waits for an answer must know for how long. */
  readonly timeoutMs: Millis
  readonly signal?: AbortSignal
}

/**
 * Why there is no answer.
 *
 * - `timeout`: it took too long; `aborted`: the caller's signal said so.
 * - `terminated`: who was asked has ended, or ended before answering; `stale`: it had
 *   been restarted since its exact ref was given away.
 * - `mailbox-full`: not accepted; `dropped`: accepted, then thrown away for another.
 *
 * A question that still waits in the mailbox when it fails is never received.
 */
export type AskError = 'timeout' | 'aborted' | 'terminated' | 'stale' | 'mailbox-full' | 'dropped'

/** What came of a question. That no answer came is a value too: an ask never rejects. */
export type AskResult<R> =
  | { readonly kind: 'ok'; readonly value: R }
  | { readonly kind: 'failed'; readonly error: AskError }

/** One question: where the answer goes, and the ticket of the question itself. */
export class PendingAsk implements Ref<unknown>, Ticket {
  readonly path: ActorPath = '/ask'
  readonly uid: number
  readonly lostAs: LossReason = 'expired'
  readonly #kernel: Kernel
  readonly #resolve: (result: AskResult<unknown>) => void
  #isOpen = true
  /** Takes back the timer and whatever else waits for the answer. */
  #release: Cancel | undefined
  /** Who keeps the question until it is settled. */
  #keeper: Target | undefined

  constructor(kernel: Kernel, resolve: (result: AskResult<unknown>) => void) {
    this.uid = kernel.nextUid()
    this.#kernel = kernel
    this.#resolve = resolve
  }

  admit(): boolean {
    return this.#isOpen
  }

  onDropped(): void {
    this.fail('dropped')
  }

  tell(value: unknown): boolean {
    if (this.#settle({ kind: 'ok', value })) return true
    this.#kernel.deadLetters.add('late-reply', this.path, value)
    return false
  }

  fail(error: AskError): void {
    this.#settle({ kind: 'failed', error })
  }

  send(to: Ref<never>, message: unknown, { timeoutMs, signal }: AskOpts): void {
    if (signal?.aborted) return this.fail('aborted')
    this.#arm(timeoutMs, signal)
    if (!(to instanceof LocalRef)) {
      // The caller typed `to` and `message` together; only the type parameter got lost.
      if (!to.tell(message as never)) this.fail('terminated')
    } else if (!to.isOpen) {
      to.tell(message)
      this.fail(to.lostAs === 'stale' ? 'stale' : 'terminated')
    } else {
      this.#keeper = to.target
      if (!to.target.enqueueAsk(message, this)) this.fail('mailbox-full')
    }
  }

  #arm(timeoutMs: Millis, signal: AbortSignal | undefined): void {
    const cancel = this.#kernel.clock.after(timeoutMs, () => this.fail('timeout'))
    if (!signal) {
      this.#release = cancel
      return
    }
    const abort = (): void => this.fail('aborted')
    signal.addEventListener('abort', abort, { once: true })
    this.#release = () => {
      cancel()
      signal.removeEventListener('abort', abort)
    }
  }

  #settle(result: AskResult<unknown>): boolean {
    if (!this.#isOpen) return false
    this.#isOpen = false
    this.#release?.()
    this.#keeper?.forgetAsk(this)
    this.#resolve(result)
    return true
  }
}

/** Asks, and settles with the answer or with the reason why there is none. Never rejects. */
export function ask<N, R>(
  kernel: Kernel,
  to: Ref<N>,
  make: (reply: Ref<R>) => N,
  opts: AskOpts,
): Promise<AskResult<R>> {
  if (!Number.isFinite(opts.timeoutMs)) {
    throw new TroupeError('E_USAGE', `cannot ask ${to.path} without a finite timeoutMs`)
  }
  return new Promise((resolve) => {
    // The reply ref that `make` gets takes only an R, so an R is what comes back.
    const pending = new PendingAsk(kernel, resolve as (result: AskResult<unknown>) => void)
    pending.send(to, make(pending), opts)
  })
}
