import { userInfo } from 'node:os'
import { type Cancel, type Clock, systemClock } from '../base/clock.ts'
import { type ErrorCode, TroupeError } from '../base/errors.ts'
import { uniqueId } from '../base/ids.ts'
import { encodeCommand } from '../protocol/encode-command.ts'
import { limits } from '../protocol/limits.ts'
import type { Op, Params, Result, ServiceTarget } from '../protocol/operations.ts'
import type { RejectReason, Reply } from '../protocol/replies.ts'
import type { Hub } from './hub.ts'
import { repliesOn } from './replies.ts'

/** One command to one manager. */
export interface Request<O extends Op> {
  readonly ns: string
  /** A command channel that one manager listens to: its `cmd:host:…`. */
  readonly channel: string
  readonly op: O
  readonly services: readonly ServiceTarget[]
  readonly params: Params<O>
  /** How long the whole may take; without it, as long as the connection lives. */
  readonly timeoutMs?: number
  /** Hears what the manager sends on the way, such as lines of a followed log. */
  readonly onProgress?: (value: unknown) => void
  /** Stops the waiting, not the work: a manager notices only a closed connection. */
  readonly signal?: AbortSignal
  /** Who asks; by default this user. */
  readonly by?: string
  readonly clock?: Clock
}

/** A way to a manager that may end, as {@link Client} does, or that cares for itself. */
export interface Requester extends Hub {
  readonly closed?: Promise<unknown>
}

/**
 * Sends a command and waits for what became of it.
 *
 * @throws TroupeError `E_REJECTED`, or a code that says more, when it was not run · the manager's own code, or
 *   `E_FAILED`, when it was and failed · `E_TIMEOUT` when it was not accepted within 2 s or
 *   not done within `timeoutMs` · `E_MANAGER_UNREACHABLE` when nobody listens, or the
 *   connection ended before the answer
 */
export async function request<O extends Op>(
  carrier: Requester,
  request: Request<O>,
): Promise<Result<O>> {
  request.signal?.throwIfAborted()
  const id = uniqueId()
  const replies = await repliesOn(carrier, request.ns)
  const wait = new Wait(request)
  const forget = replies.hear(id, (reply) => wait.take(reply))
  try {
    const heard = await carrier.publish(request.channel, write(request, id, replies.channel))
    if (heard === 0) throw nobody(request)
    // The manager is trusted to answer as its operation is declared; the wire has no types.
    return (await wait.outcome) as Result<O>
  } finally {
    forget()
    wait.end()
  }
}

/** What becomes of one command. */
class Wait {
  readonly outcome: Promise<unknown>
  readonly #request: Request<Op>
  readonly #cancels: Cancel[] = []
  #acceptance: Cancel = () => {}
  #resolve: (result: unknown) => void = () => {}
  #reject: (why: unknown) => void = () => {}

  constructor(request: Request<Op>) {
    this.#request = request
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Publishing may fail first; then nobody waits for this.
    this.outcome.catch(() => {})
    this.#arm()
  }

  take(reply: Reply | 'gone'): void {
    this.#acceptance()
    if (reply === 'gone') this.#reject(lost(this.#request))
    else if (reply.status === 'progress') this.#request.onProgress?.(reply.value)
    else if (reply.status === 'done') this.#resolve(reply.result)
    else if (reply.status !== 'accepted') this.#reject(errorFrom(reply))
  }

  end(): void {
    for (const cancel of this.#cancels) cancel()
    this.#acceptance()
  }

  #arm(): void {
    const { clock = systemClock, timeoutMs, signal, op } = this.#request
    const fail = (what: string, ms: number) => () =>
      this.#reject(
        new TroupeError('E_TIMEOUT', `${op} was not ${what} within ${ms} ms`, {
          hint: 'it may be done all the same: look with troupe list, and at its manager.log',
        }),
      )
    const acceptMs = Math.min(limits.acceptedWithinMs, timeoutMs ?? Infinity)
    this.#acceptance = clock.after(acceptMs, fail('accepted', acceptMs))
    if (timeoutMs !== undefined) this.#cancels.push(clock.after(timeoutMs, fail('done', timeoutMs)))
    const abort = (): void => this.#reject(signal?.reason)
    signal?.addEventListener('abort', abort)
    this.#cancels.push(() => signal?.removeEventListener('abort', abort))
  }
}

function write(request: Request<Op>, id: string, replyTo: string): string {
  const { op, services, params, by = userInfo().username, clock = systemClock } = request
  return encodeCommand({ id, op, services, args: params, by, replyTo, at: clock.date() })
}

/** Rejections that have a code of their own; the others are `E_REJECTED`. */
const codes: Partial<Record<RejectReason, ErrorCode>> = {
  unknown_service: 'E_NO_SUCH_SERVICE',
  unknown_op: 'E_NO_SUCH_OPERATION',
  too_large: 'E_TOO_LARGE',
  bad_message: 'E_BAD_MESSAGE',
}

type Refusal = Exclude<Reply, { readonly status: 'accepted' | 'progress' | 'done' }>

/** What a caller is told of a command that was not done. */
export function errorFrom(reply: Refusal): TroupeError {
  switch (reply.status) {
    case 'failed': {
      const { code, message, hint } = reply
      // Codes are added freely: a newer manager may know more of them than we do.
      const known = code.startsWith('E_') ? (code as ErrorCode) : 'E_FAILED'
      return new TroupeError(known, message, hint === undefined ? {} : { hint })
    }
    case 'rejected': {
      const { reason, message, didyoumean } = reply
      const meant = didyoumean === undefined ? '' : `; did you mean "${didyoumean}"?`
      const code = codes[reason] ?? 'E_REJECTED'
      return new TroupeError(code, `${message} (${reason})${meant}`)
    }
    case 'superseded':
      return new TroupeError('E_REJECTED', `${reply.op} was superseded by command ${reply.by}`)
  }
}

function nobody({ op, channel }: Request<Op>): TroupeError {
  return new TroupeError('E_MANAGER_UNREACHABLE', `nobody hears ${op} on ${channel}`, {
    hint: 'its manager does not run, or has no way to it: troupe doctor, on that host',
  })
}

function lost({ op }: Request<Op>): TroupeError {
  return new TroupeError('E_MANAGER_UNREACHABLE', `the manager went away before it answered ${op}`)
}
