import type { Cancel, Clock } from '../base/clock.ts'
import type { LogLine } from '../protocol/operations.ts'
import { followLines, lastLines } from './log-tail.ts'

/** One file of one instance. Instances that share a file are one source. */
export interface LogSource {
  readonly service: string
  readonly slot: number
  readonly stream: 'out' | 'err'
  readonly path: string
}

export interface LogRequest {
  /** Lines of each file that stood there before. */
  readonly lines: number
  readonly gone: AbortSignal
  /** Undefined: nothing is followed. */
  readonly follow?: (line: LogLine) => void
}

/** The ends of logs and, if wanted, what is added to them until whoever asked has gone. */
export async function readLogs(
  sources: readonly LogSource[],
  { lines, gone, follow }: LogRequest,
  clock: Clock,
): Promise<readonly LogLine[]> {
  const ends = await Promise.all(
    distinct(sources).map(async ({ path, ...from }) => {
      const end = await lastLines(path, lines)
      return { path, from, end }
    }),
  )
  if (follow !== undefined) {
    for (const { from, end } of ends) for (const line of end.lines) follow({ ...from, line })
    const cancels = ends.map(({ path, from, end }): Cancel =>
      followLines(path, end.bytes, clock, (line) =>
        follow({ ...from, line, at: clock.date().getTime() }),
      ),
    )
    await until(gone)
    for (const cancel of cancels) cancel()
    return []
  }
  return ends.flatMap(({ from, end }) => end.lines.map((line) => ({ ...from, line })))
}

function distinct(sources: readonly LogSource[]): readonly LogSource[] {
  const byPath = new Map(sources.map((source) => [source.path, source] as const).toReversed())
  return [...byPath.values()].toReversed().filter(({ path }) => path !== '/dev/null')
}

function until(gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve()
    else gone.addEventListener('abort', () => resolve(), { once: true })
  })
}
