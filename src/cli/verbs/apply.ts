import { inheritedFrom } from '../../control/connect.ts'
import type { Call } from '../call.ts'
import { planLines } from '../change-text.ts'
import { declarationIn } from '../declared.ts'
import { declarationHere, refuseOnlyWithPrune } from '../file-here.ts'
import { report } from '../outcome.ts'
import { openSession } from '../session.ts'

/** Makes what a file says so, and touches nothing that is so already. */
export async function apply(call: Call): Promise<number> {
  refuseOnlyWithPrune(call)
  const { options, place } = call
  const { screen } = place
  const declaration = await declarationIn(declarationHere(call.words[0], place.cwd), call)
  const session = await openSession(place)
  const { changes, ...outcome } = await session.ask('apply', [], {
    declaration,
    inherited: inheritedFrom(place.env),
    prune: options.prune === true,
    ...(options.plan === undefined ? {} : { digest: options.plan }),
  })
  if (options.json === true) screen.print(JSON.stringify({ changes, ...outcome }))
  else screen.print(planLines(changes, screen.paint).join('\n'))
  if (options.json === true || changes.length === 0) return 0
  return report(session, call, outcome)
}
