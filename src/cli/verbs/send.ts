import { TroupeError } from '../../base/errors.ts'
import type { Call } from '../call.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Writes a line to the standard input of a service, as PM2 does, or sends its processes a message. */
export async function send(call: Call): Promise<number> {
  const [service = '', ...words] = call.words
  const text = words.join(' ')
  const isMessage = call.options.message === true
  if (isMessage && words.length === 0) throw new TroupeError('E_USAGE', 'the message is missing')
  const session = await openSession(call.place)
  const outcome = isMessage
    ? await session.ask('send', [service], { data: read(text) })
    : await session.ask('stdin', [service], { line: text })
  return report(session, call, outcome)
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
