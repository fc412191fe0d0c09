import type { Op, Params, Result, ServiceTarget } from '../protocol/operations.ts'

/** A command that may be run, as its handler gets it. */
export interface Call<O extends Op> {
  readonly id: string
  readonly op: O
  /** With the channel's service filled in; every one of them is known here. */
  readonly services: readonly ServiceTarget[]
  readonly params: Params<O>
  /** `anna`, `redis-cli (unsigned)`. */
  readonly by: string
  readonly via: 'local' | 'redis'
  /** Told to the requester, until the handler has returned. */
  readonly progress: (value: unknown) => void
  /** Aborts when the requester has left, or nobody could read an answer any more. */
  readonly gone: AbortSignal
}

/** What each verb does. */
export type Handlers = { readonly [O in Op]: (call: Call<O>) => Promise<Result<O>> }

/** A command that has passed the gate. */
export interface Order {
  readonly call: Omit<Call<Op>, 'progress' | 'gone'>
  /** The names of all services that are meant. */
  readonly touches: readonly string[]
  readonly replyTo: string | undefined
  /** ms since 1970, by the clock of this host. */
  readonly expiresAt: number | undefined
  readonly gone: AbortSignal | undefined
}
