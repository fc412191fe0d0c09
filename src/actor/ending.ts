import type { ActorPath } from './ref.ts'

/**
 * Why an actor that did not fail has ended.
 *
 * - `finished`: it returned `stopped`.
 * - `asked`: its parent stopped it.
 * - `shutdown`: its parent stops, and everything below with it.
 * - `failure`: a parent or a sibling failed. It will probably be started again, so what
 *   can outlive it (an operating system process) should.
 * - `exceeded`: its children failed too often.
 * - `significant`: the children that mattered have ended.
 * - `killed`: it had to go at once, or took longer than its `shutdown`.
 */
export type StopReason =
  | 'finished'
  | 'asked'
  | 'shutdown'
  | 'failure'
  | 'exceeded'
  | 'significant'
  | 'killed'

/** Something an actor threw, or the failures of its children that it could not contain. */
export interface Fault {
  readonly kind: 'fault'
  readonly path: ActorPath
  readonly during: 'init' | 'receive' | 'signal' | 'pipe' | 'children'
  readonly error: unknown
  /** What it was working on: shortened, secrets hidden. */
  readonly message: string | undefined
}

/** How one incarnation of an actor ended. */
export type Ending = { readonly kind: 'stopped'; readonly reason: StopReason } | Fault

/** What came of a fault. `given-up` is the root's: nothing above it could take it. */
export type FaultOutcome = 'restarting' | 'cooling-down' | 'stopped' | 'escalated' | 'given-up'

/** A fault together with what was done about it, as `onFault` hears it. */
export interface FaultReport {
  readonly fault: Fault
  readonly outcome: FaultOutcome
}
