import type { LogLine } from '../../protocol/answers.ts'
import type { Params } from '../../protocol/operations.ts'
import type { Call, Place } from '../call.ts'
import { LogPrinter } from '../log-printer.ts'
import { wholeNumber } from '../numbers.ts'
import { needSession, type Session } from '../session.ts'
import { stay } from '../staying.ts'

const defaultLines = 15
/** What a log that was empty may have got while the manager was away. */
const linesOfNew = 1_000

/** The ends of logs, and then every new line until somebody presses Ctrl-C. */
export async function logs(call: Call): Promise<number> {
  const { options, place } = call
  const lines = wholeNumber('--lines', options.lines, defaultLines)
  const services = call.words.length === 0 ? ['all'] : call.words
  const session = await needSession(place)
  const { instances } = await session.ask('status', services, {})
  const printer = new LogPrinter(instances, place.screen, options)
  const params = { lines, streams: streamsOf(call) }
  if (options.nostream === true) {
    const result = await session.ask('logs', services, params)
    for (const line of result.lines) printer.print(line)
    return 0
  }
  await follow({ session, services, params, printer }, place)
  return 0
}

interface Following {
  readonly session: Session
  readonly services: readonly string[]
  readonly params: Params<'logs'> & { readonly lines: number }
  readonly printer: LogPrinter
}

/** Goes on behind the last line of each log when the manager was away. */
async function follow(
  { session: first, services, params, printer }: Following,
  place: Place,
): Promise<void> {
  const marks = new Map<string, string>()
  await stay(place, first, (session, isAgain) => {
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

function streamsOf({ options: { out, err } }: Call): readonly ('out' | 'err')[] {
  if (out === err) return ['out', 'err']
  return out === true ? ['out'] : ['err']
}
