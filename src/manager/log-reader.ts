import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Cancel, Clock } from '../base/clock.ts'
import type { LogLine } from '../protocol/answers.ts'
import { type FileLine, LogFile } from './log-file.ts'
import { LogFollower } from './log-follower.ts'
import { type Marks, ownerKey, readMarks, spellMark } from './log-marks.ts'
import { LogWatch } from './log-watch.ts'

/** One file of one instance. Instances that share a file are one source. */
export interface LogSource {
  readonly service: string
  readonly slot: number
  readonly stream: 'out' | 'err'
  readonly path: string
}

/** How much of some logs somebody wants to read, and until when. */
export interface LogRequest {
  /** Lines of each file that stood there before. */
  readonly lines: number
  readonly gone: AbortSignal
  /** Undefined: nothing is followed. */
  readonly follow?: (line: LogLine) => void
  /** Calls back with all sources whenever there may be others: those that are new are followed from where they end then. */
  readonly onAdded?: (added: (sources: readonly LogSource[]) => void) => Cancel
  /** Marks of lines that were heard before: following goes on behind them, without the last lines. */
  readonly after?: readonly string[]
  /** Following ends at the end of each log, a last line without a line break included. */
  readonly isDrained?: boolean
}

/** The ends of logs and, if wanted, what is added to them until whoever asked has gone. */
export async function readLogs(
  sources: readonly LogSource[],
  request: LogRequest,
  clock: Clock,
): Promise<readonly LogLine[]> {
  const { lines, follow, after = [] } = request
  const all = distinct(sources)
  if (follow === undefined) {
    return (await Promise.all(all.map((source) => endOf(source, lines)))).flat()
  }
  if (request.isDrained === true) {
    const beginning = { marks: readMarks(after), lines, follow }
    for (const source of all) await drain(source, beginning, clock)
    return []
  }
  await followAll(all, { ...request, after, follow }, clock)
  return []
}

/** Until whoever asked has gone; rejects when the system refuses to watch. */
async function followAll(
  sources: readonly LogSource[],
  request: Required<Pick<LogRequest, 'follow' | 'after'>> & LogRequest,
  clock: Clock,
): Promise<void> {
  const { lines, gone, follow, after, onAdded } = request
  const watch = new LogWatch()
  const followers = new Map<string, LogFollower>()
  const followOn = async (source: LogSource, beginning: Beginning): Promise<void> => {
    const { path } = source
    if (followers.has(path) || gone.aborted) return
    const hear = (line: FileLine): void =>
      follow({ ...lineOf(source, line), at: clock.date().getTime() })
    const follower = new LogFollower(path, { clock, watch, hear })
    followers.set(path, follower)
    const log = await begin(source, beginning)
    if (gone.aborted) return log?.close()
    follower.begin(log)
  }
  let fail: (thrown: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => (fail = reject))
  // Nobody waits for it once whoever asked has gone.
  failed.catch(() => {})
  // These have their own beginning, and may be told of again before it is their turn.
  const first = new Set(sources.map(({ path }) => path))
  const stopAdding = onAdded?.((more) => {
    for (const source of distinct(more).filter(({ path }) => !first.has(path))) {
      followOn(source, { marks: new Map(), lines: 0, follow }).catch(fail)
    }
  })
  try {
    const marks = readMarks(after)
    // One after the other, so that nobody is still opened when another has failed.
    for (const source of sources) await followOn(source, { marks, lines, follow })
    await Promise.race([until(gone), failed])
  } finally {
    stopAdding?.()
    watch.close()
    await Promise.all([...followers.values()].map((follower) => follower.close()))
  }
}

async function endOf(source: LogSource, lines: number): Promise<readonly LogLine[]> {
  const log = await LogFile.open(source.path)
  if (log === undefined) return []
  try {
    const end = (await log.tail(lines)).map(({ text }) => text)
    const all = log.rest === '' ? end : [...end, log.rest]
    return lines === 0 ? [] : all.slice(-lines).map((line) => ({ ...from(source), line }))
  } finally {
    await log.close()
  }
}

/** Hands on what stands behind the mark, in the file that has the name now as well where that is another one. */
async function drain(source: LogSource, beginning: Beginning, clock: Clock): Promise<void> {
  const now = (): { at: number } => ({ at: clock.date().getTime() })
  const hear = (line: FileLine): void => beginning.follow({ ...lineOf(source, line), ...now() })
  // Nothing was cut there: it is all that there is.
  const tellRest = ({ rest: line }: LogFile): void => {
    if (line !== '') beginning.follow({ ...from(source), line, ...now() })
  }
  const first = await begin(source, beginning)
  const named = await LogFile.open(source.path)
  const files = [first, named?.id === first?.id ? undefined : named].filter(
    (file) => file !== undefined,
  )
  try {
    for (const file of files) {
      await file.readOn(hear)
      tellRest(file)
    }
  } finally {
    await Promise.all([first?.close(), named?.close()])
  }
}

interface Beginning {
  readonly marks: Marks
  readonly lines: number
  readonly follow: (line: LogLine) => void
}

/** The log behind its mark, or else behind its last lines. */
async function begin(
  source: LogSource,
  { marks, lines, follow }: Beginning,
): Promise<LogFile | undefined> {
  // A log that is yet to come can be waited for only where its directory is.
  await mkdir(dirname(source.path), { recursive: true })
  const mark = marks.get(ownerKey(source))
  if (mark !== undefined) return LogFile.at(source.path, mark)
  const log = await LogFile.open(source.path)
  for (const line of (await log?.tail(lines)) ?? []) follow(lineOf(source, line))
  return log
}

function lineOf(source: LogSource, { text, mark }: FileLine): LogLine {
  return { ...from(source), line: text, mark: spellMark(source, mark) }
}

function from({ service, slot, stream }: LogSource): Omit<LogLine, 'line'> {
  return { service, slot, stream }
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
