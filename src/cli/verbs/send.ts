import type { Call } from '../call.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Sends a message to the processes of a service; what reads as JSON is sent as that. */
export async function send(call: Call): Promise<number> {
  const [service = '', ...words] = call.words
  const session = await openSession(call.place)
  return report(
    session,
    call,
    await session.ask('send', [service], { data: read(words.join(' ')) }),
  )
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
