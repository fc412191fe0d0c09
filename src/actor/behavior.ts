import type { Clock, Millis } from '../base/clock.ts'
import type { AskOpts, AskResult } from './ask.ts'
import type { Backoff } from './backoff.ts'
import type { Ending } from './ending.ts'
import type { MailboxOpts } from './mailbox.ts'
import type { Receptionist } from './receptionist.ts'
import type { ActorPath, AnyRef, Ref } from './ref.ts'
import type { RestartType, SupervisorOpts } from './supervision.ts'

const answer: unique symbol = Symbol('answer')

/** Types of their own, so that no state can be taken for one of them. */
export interface Answer<Kind extends string> {
  readonly [answer]: Kind
}

/** Returned by a handler that leaves the state as it is. */
export const same: Answer<'same'> = { [answer]: 'same' }
/** Returned by a handler after which the actor ends, as `finished`. */
export const stopped: Answer<'stopped'> = { [answer]: 'stopped' }
/** Returned by a handler that has no use for the message: it becomes a dead letter. */
export const unhandled: Answer<'unhandled'> = { [answer]: 'unhandled' }

/** The next state, which may be the old one changed in place, or one of the answers above. */
export type Next<S> = S | Answer<'same' | 'stopped' | 'unhandled'>

/** What the kernel tells an actor. Signals overtake messages. */
export type Signal =
  /** A watched actor has ended. Once per watch, also if it had ended before. */
  | { readonly kind: 'terminated'; readonly ref: AnyRef; readonly ending: Ending }
  /** A child failed, and is started for the `attempt`-th time in a row. */
  | { readonly kind: 'childRestarted'; readonly id: string; readonly attempt: number }
  /**
   * This incarnation ends: release what `init` acquired. It comes before a restart as
   * well, but neither after a failed `init` nor to an actor that is killed.
   */
  | { readonly kind: 'postStop'; readonly ending: Ending }

/**
 * What an actor does.
 *
 * One thing at a time: while a promise returned here is pending, messages and signals
 * wait. Whatever is thrown or rejected is a fault, which the parent's strategy answers.
 * Expected failures are not faults: reply with them.
 */
export interface Behavior<S, M> {
  /** Builds the state, at every (re)start: from durable things, not from what was. */
  init(ctx: Ctx<M>): S | Promise<S>
  receive(state: S, message: M, ctx: Ctx<M>): Next<S> | Promise<Next<S>>
  signal?(state: S, signal: Signal, ctx: Ctx<M>): Next<S> | Promise<Next<S>>
  /** How the children are supervised; `defaultSupervision` where it is not given. */
  readonly supervision?: SupervisorOpts
}

/** What a parent says of a child. */
export interface ChildSpec<M, S = unknown> {
  /** Unique among the siblings, and the last part of the path. */
  readonly id: string
  /** Called at every start, so that nothing leaks through a restart. */
  readonly behavior: () => Behavior<S, M>
  /** `permanent` where it is not given. */
  readonly restart?: RestartType
  /** How long it may take to stop; 5 s where it is not given, for supervisors `infinity`. */
  readonly shutdown?: Millis | 'brutal' | 'infinity'
  /** Counts for the parent's `autoShutdown`; not allowed for the permanent, which never end. */
  readonly significant?: boolean
  /** Restarted at once where it is not given. */
  readonly backoff?: Backoff
  readonly mailbox?: MailboxOpts<M>
}

/** Messages to oneself. They end with the incarnation. */
export interface Timers<in M> {
  /** Tells `message` once. A timer with the same key, even one that is due, is replaced. */
  start(key: string, message: M, ms: Millis): void
  /** Tells `message` again and again; never a second time before the first was received. */
  every(key: string, message: M, ms: Millis): void
  /** From now on the timer's message is not received, even if it is already waiting. */
  cancel(key: string): void
}

/** Messages put aside. They survive a restart, before all others. */
export interface Stash {
  /** Puts the message at hand aside; false: the stash is full, the message lost and counted. */
  push(): boolean
  /** Puts everything back, in order, before what waits. */
  unstashAll(): void
}

/** What an actor can do besides changing its state. Dead with its incarnation. */
export interface Ctx<in M> {
  /** Exactly this incarnation: replies sent here never reach a successor. */
  readonly self: Ref<M>
  readonly path: ActorPath
  readonly clock: Clock
  readonly receptionist: Receptionist
  readonly timers: Timers<M>
  readonly stash: Stash
  /** Starts a child. The ref is stable. Throws `E_USAGE` for an id in use. */
  spawn<N, S = unknown>(spec: ChildSpec<N, S>): Ref<N>
  /** The child with this id, until it has ended for good. */
  child(id: string): AnyRef | undefined
  /** Stops a child for good, in its own time: `watch` tells when. Others' children are left alone. */
  stop(child: AnyRef): void
  /** Asks for `terminated`: of a stable ref, when no restart will follow. */
  watch(ref: AnyRef): void
  /** As `watch`, but `message` is received instead of the signal, and overtakes others like it. */
  watchWith(ref: AnyRef, message: M): void
  unwatch(ref: AnyRef): void
  /** The way back in for a promise: its outcome becomes a message, unless this incarnation has ended. */
  pipe<T>(promise: Promise<T>, ok: (value: T) => M, failed: (error: unknown) => M): void
  /** Awaited in a handler it suspends the actor; `pipe` it otherwise. */
  ask<N, R>(to: Ref<N>, make: (reply: Ref<R>) => N, opts: AskOpts): Promise<AskResult<R>>
}
