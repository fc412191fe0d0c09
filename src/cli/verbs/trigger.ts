import type { ActionReply } from '../../protocol/answers.ts'
import type { Call } from '../call.ts'
import { openSession } from '../session.ts'

/** Asks for an action and prints each answer as PM2 does; 1 where a process did not answer. */
export async function trigger({ words, options, place }: Call): Promise<number> {
  const [service = '', action = '', params] = words
  const { screen } = place
  const session = await openSession(place)
  const { deadline } = options
  const outcome = await session.ask('trigger', [service], {
    action,
    // A text, as it was typed: that is what actions were written for.
    ...(params === undefined ? {} : { params }),
    ...(deadline === undefined ? {} : { deadline }),
  })
  const { replies } = outcome
  if (options.json === true) screen.print(JSON.stringify(outcome))
  else for (const reply of replies) tell(reply, place)
  return replies.every(({ kind }) => kind === 'answered') ? 0 : 1
}

function tell(reply: ActionReply, { screen }: Call['place']): void {
  const { service, id, namespace } = reply
  const who = `[${service}:${id}:${namespace}]`
  if (reply.kind === 'answered') screen.print(`${who}=${JSON.stringify(reply.return)}`)
  else screen.note(`${screen.paint.bad('✗')} ${who} ${reply.why}`)
}
