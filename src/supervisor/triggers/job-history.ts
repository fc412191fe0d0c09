import type { JobRun } from '../../protocol/views.ts'

/** A history with what became of a run, newest first, of at most `keep` runs; those that go on are never forgotten. */
export function remember(history: readonly JobRun[], run: JobRun, keep: number): readonly JobRun[] {
  const others = history.filter(({ startedAt }) => startedAt !== run.startedAt)
  const all = [run, ...others].toSorted((a, b) => b.startedAt - a.startedAt)
  return all.filter(({ outcome }, index) => index < keep || outcome === 'running')
}
