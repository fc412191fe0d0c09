import type { Call } from '../call.ts'
import { followLogs } from '../follow-logs.ts'
import { LogPrinter } from '../log-printer.ts'
import { wholeNumber } from '../numbers.ts'
import { needSession } from '../session.ts'

const defaultLines = 15

/** The ends of logs, and then every new line until somebody presses Ctrl-C. */
export async function logs(call: Call): Promise<number> {
  const { options, place } = call
  const lines = wholeNumber('--lines', options.lines, defaultLines)
  // Of nobody in particular: also of those who are yet to come.
  const services = call.words.every((word) => word === 'all') ? [] : call.words
  const session = await needSession(place)
  const { instances } = await session.ask('status', services, {})
  const printer = new LogPrinter(instances, place.screen, options)
  const params = { lines, streams: streamsOf(call) }
  if (options.nostream === true) {
    const result = await session.ask('logs', services, params)
    for (const line of result.lines) printer.print(line)
    return 0
  }
  await followLogs({ session, services, params, printer }, place)
  return 0
}

function streamsOf({ options: { out, err } }: Call): readonly ('out' | 'err')[] {
  if (out === err) return ['out', 'err']
  return out === true ? ['out'] : ['err']
}
