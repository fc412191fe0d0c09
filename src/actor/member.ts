import type { ChildSpec, Signal } from './behavior.ts'
import type { Ending, Fault, StopReason } from './ending.ts'
import type { LocalRef } from './local-ref.ts'
import type { ActorPath } from './ref.ts'

/** An actor as its parent sees it: a place in which incarnations come and go. */
export interface Member {
  /** Stable: it ends when no incarnation will follow. */
  readonly ref: LocalRef
  readonly isSupervisor: boolean
  /** Queues the start of an incarnation. */
  start(): void
  /** Asks the incarnation to end, after the message at hand and its children. */
  stop(reason: StopReason): void
  /** Ends the incarnation, and all below it, before it returns. */
  kill(): void
  /** No incarnation will follow. */
  bury(ending: Ending): void
}

/** Told about the incarnations of one member. */
export interface Keeper {
  up(): void
  ended(ending: Ending): void
}

/** The actor whose children a family is. */
export interface FamilyHost {
  readonly path: ActorPath
  createMember(spec: ChildSpec<never>, keeper: Keeper): Member
  hear(signal: Signal): void
  /** The children cannot be helped here: that is the host's own fault now. */
  ended(fault: Fault): void
  /** The host is to end, after its children. */
  stop(reason: StopReason): void
  /** Follows `close`, when the last child has ended. */
  familyClosed(): void
}
