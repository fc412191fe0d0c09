import type { Millis } from '../base/clock.ts'

/** The files whose changes restart a service. */
export interface WatchSpec {
  /** What paths and patterns are reckoned from, absolute. */
  readonly base: string
  /** Paths and globs; a folder means all that is in it, and one that begins with `!` is ignored. */
  readonly paths: readonly string[]
  /** Paths and globs that do not count; absent: dotfiles and `node_modules` do not. */
  readonly ignore?: readonly string[]
  /** How long files must be quiet. */
  readonly delayMs: Millis
  readonly options: WatchOptions
}

/** Whether a path or glob takes back, with a `!` before it; `!(a|b)` is a glob of its own. */
export function isNegated(pattern: string): boolean {
  return pattern.startsWith('!') && pattern[1] !== '('
}

/** Options of chokidar that mean something here. */
export interface WatchOptions {
  readonly usePolling?: boolean
  /** How often to poll, in ms. */
  readonly interval?: Millis
  readonly binaryInterval?: Millis
  readonly followSymlinks?: boolean
  /** How many folders below the watched one count; 0: only what is right in it. */
  readonly depth?: number
  readonly ignorePermissionErrors?: boolean
  readonly alwaysStat?: boolean
  readonly atomic?: boolean | Millis
  readonly awaitWriteFinish?: boolean | WriteFinish
}

/** When a file counts as written. */
export interface WriteFinish {
  readonly stabilityThreshold?: Millis
  readonly pollInterval?: Millis
}

/** Times at which something happens. */
export interface Times {
  /** Five fields, six with seconds first, or a name such as `@daily`. */
  readonly cron: string
  /** IANA; absent: that of the manager. */
  readonly timezone?: string
}

/** When a service is restarted by the clock. */
export interface CronRestart extends Times {
  /** Whether it also starts what somebody stopped, as PM2 does. */
  readonly startsStopped: boolean
}

/** What a firing does while the run before it goes on. */
export type Overlap = 'skip' | 'queue' | 'replace'

/** When a job runs. */
export interface Schedule extends Times {
  readonly overlap: Overlap
  /** What becomes of times that passed while no manager ran. */
  readonly missed: 'skip' | 'run_once'
  /** A run that takes longer is ended; absent: it may take as long as it likes. */
  readonly timeoutMs?: Millis
  /** How many runs are remembered. */
  readonly keep: number
}
