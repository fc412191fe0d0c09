import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { DeadLetter, DeadLetters } from './dead-letters.ts'
import type { Ending, FaultReport } from './ending.ts'
import type { Receptionist } from './receptionist.ts'
import type { ActorPath } from './ref.ts'
import type { Scheduler } from './scheduler.ts'

/** What happened inside a system, for those who look into it. */
export type TraceEvent =
  | { readonly kind: 'spawned'; readonly path: ActorPath }
  | { readonly kind: 'up'; readonly path: ActorPath; readonly uid: number }
  | { readonly kind: 'ended'; readonly path: ActorPath; readonly ending: Ending }
  | {
      readonly kind: 'restarting'
      readonly path: ActorPath
      readonly attempt: number
      readonly afterMs: number
    }
  | { readonly kind: 'exceeded'; readonly path: ActorPath; readonly why: string }
  | DeadLetter

/** Hears what the actors of a system do, in the midst of their turns. */
export type TraceSink = (event: TraceEvent) => void

/** What all actors of one system share. */
export interface Kernel {
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  readonly deadLetters: DeadLetters
  readonly receptionist: Receptionist
  nextUid(): number
  /** Absent when nobody looks, so that nothing is built to be shown. */
  readonly trace: TraceSink | undefined
  report(report: FaultReport): void
}
