import type { LogLine } from '../protocol/answers.ts'
import type { Params } from '../protocol/operations.ts'
import type { Place } from './call.ts'
import type { LogPrinter } from './log-printer.ts'
import type { Session } from './session.ts'
import { stay } from './staying.ts'

/** What a log that was empty may have got while the manager was away. */
const linesOfNew = 1_000

interface Following {
  readonly session: Session
  readonly services: readonly string[]
  readonly params: Params<'logs'> & { readonly lines: number }
  readonly printer: LogPrinter
  /** Hears of every connection that lines come over, the first one as well. */
  readonly connected?: (session: Session) => void
}

/**
 * Prints lines of logs until the connection is closed; goes on behind the last line of each log when the manager
 * was away.
 */
export async function followLogs(
  { session: first, services, params, printer, connected }: Following,
  place: Place,
): Promise<void> {
  const marks = new Map<string, string>()
  await stay(place, first, (session, isAgain) => {
    connected?.(session)
    // A log without a mark was empty; of any other one the last line is asked for its mark alone.
    const lines = isAgain ? linesOfNew : Math.max(1, params.lines)
    const isShown = isAgain || params.lines > 0
    const wanted = { ...params, lines, follow: true, after: [...marks.values()] }
    return session.ask('logs', services, wanted, (value) => {
      // The manager's progress on this operation is lines and nothing else.
      const line = value as LogLine
      const { service, slot, stream, mark } = line
      if (mark !== undefined) marks.set(`${service}#${slot} ${stream}`, mark)
      if (isShown || line.at !== undefined) printer.print(line)
    })
  })
}
