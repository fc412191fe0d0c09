import type { Exit } from '../../base/exit.ts'

/** One run of a job. Times are wall time, ms since 1970. */
export interface JobRun {
  readonly startedAt: number
  /** The time that it was to begin; absent where somebody asked for it. */
  readonly dueAt?: number
  readonly endedAt?: number
  /** One sentence without a full stop. */
  readonly why: string
  readonly exit?: Exit
  /** `lost`: it ended while no manager was watching, and left no status. */
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'timed-out' | 'replaced' | 'lost'
}

/** A history with what became of a run, newest first, of at most `keep` runs; those that go on are never forgotten. */
export function remember(history: readonly JobRun[], run: JobRun, keep: number): readonly JobRun[] {
  const others = history.filter(({ startedAt }) => startedAt !== run.startedAt)
  const all = [run, ...others].toSorted((a, b) => b.startedAt - a.startedAt)
  return all.filter(({ outcome }, index) => index < keep || outcome === 'running')
}
