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
  /** Called on each connection, once no line will be missed that is written from then on. */
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
  const hear = (value: unknown, isShown: boolean): void => {
    // The manager's progress on this operation is lines and nothing else.
    const line = value as LogLine
    const { service, slot, stream, mark } = line
    if (mark !== undefined) marks.set(`${service}#${slot} ${stream}`, mark)
    if (isShown) printer.print(line)
  }
  await stay(place, first, async (session, isAgain) => {
    const isExact = connected !== undefined
    if (isExact && !isAgain) {
      const here = { ...params, lines: 1, follow: true, drain: true }
      await session.ask('logs', services, here, (value) => hear(value, false))
    }
    connected?.(session)
    // A log without a mark was empty; of any other one the last line is asked for its mark alone.
    const isOn = isAgain || isExact
    const lines = isOn ? linesOfNew : Math.max(1, params.lines)
    const isShown = isOn || params.lines > 0
    const wanted = { ...params, lines, follow: true, after: [...marks.values()] }
    return session.ask('logs', services, wanted, (value) =>
      // The manager says of new lines alone when it read them.
      hear(value, isShown || (value as LogLine).at !== undefined),
    )
  })
}
