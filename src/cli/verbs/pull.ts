import type { Result } from '../../protocol/operations.ts'
import type { Call } from '../call.ts'
import { report } from '../outcome.ts'
import { openSession, type Session } from '../session.ts'
import { shortHash } from '../source-facts.ts'

type Move = 'pull' | 'forward' | 'backward'

/** Fetches, fast-forwards and reloads; or goes to one commit. */
export async function pull(call: Call): Promise<number> {
  const [service = '', commit] = call.words
  return move(call, (session, onProgress) =>
    session.ask('pull', [service], commit === undefined ? {} : { commit }, onProgress),
  )
}

/** One commit towards the newest that is known. */
export function forward(call: Call): Promise<number> {
  return move(call, (session, onProgress) => session.ask('forward', call.words, {}, onProgress))
}

/** One commit back. */
export function backward(call: Call): Promise<number> {
  return move(call, (session, onProgress) => session.ask('backward', call.words, {}, onProgress))
}

type Ask = (session: Session, onProgress: (value: unknown) => void) => Promise<Result<Move>>

async function move(call: Call, ask: Ask): Promise<number> {
  const { screen } = call.place
  const isJson = call.options.json === true
  const session = await openSession(call.place)
  const outcome = await ask(session, (line) => {
    if (!isJson && typeof line === 'string') screen.note(line)
  })
  if (!isJson) {
    for (const { services, from, to, subject } of outcome.moves) {
      const way = `${shortHash(from)} → ${shortHash(to)}`
      screen.print(`${screen.paint.good('✓')} ${services.join(', ')} updated, ${way} ${subject}`)
    }
  }
  return report(session, call, outcome)
}
