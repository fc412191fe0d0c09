import type { Clock, Millis } from '../../base/clock.ts'
import type { TreeMeter } from '../../process/tree-usage.ts'
import type { OpenWatch } from './file-watch.ts'

/** What makes a service restart, or a job run, besides its own end. */
export type TriggerKind = 'watch' | 'cron' | 'memory' | 'schedule'

/** What a trigger wants done, and why. */
export interface TriggerAction {
  /** The name of the service. */
  readonly service: string
  /** `run` starts a job; a job that runs is ended first by `restart`. */
  readonly op: 'restart' | 'reload' | 'run'
  /** Absent: all of them. */
  readonly slots?: readonly number[]
  /** One sentence without a full stop, such as "`src/app.js` changed". */
  readonly why: string
  readonly by: TriggerKind
  /** The time that a job was to run at, ms since 1970. */
  readonly dueAt?: number
}

/** Something that people should hear of though nothing is done. */
export interface TriggerNote {
  readonly service: string
  readonly by: TriggerKind
  readonly tone: 'info' | 'warning'
  /** One sentence without a full stop. */
  readonly text: string
  /** What to do about it. */
  readonly next?: string
}

/** A main process that lives. */
export interface LiveProcess {
  readonly slot: number
  readonly pid: number
}

/** The last time that each job was due and dealt with: what tells after a downtime which runs were missed. */
export interface Firings {
  /** ms since 1970. */
  last(serviceId: string): number | undefined
  record(serviceId: string, dueAt: number): void
}

/** What triggers need from the host. */
export interface TriggerPorts {
  readonly clock: Clock
  /** How often memory is looked at. Default: 1.5 s. */
  readonly sampleEveryMs?: Millis | undefined
  /** The home of the manager, absolute: what is in it never counts as a change. */
  readonly home: string
  /** Resolves when it is over, for a run when the run has ended; a failure is the caller's to announce. */
  readonly act: (action: TriggerAction) => Promise<void>
  readonly note: (note: TriggerNote) => void
  readonly processes: (service: string) => readonly LiveProcess[]
  readonly openWatch: OpenWatch
  readonly meter: TreeMeter
  readonly firings: Firings
  /** A defect of ours. */
  report(what: string, thrown: unknown): void
}
