import { inheritedFrom } from '../../control/connect.ts'
import { startableFrom } from '../../control/targets.ts'
import type { Outcome } from '../../control/troupe.ts'
import type { Call } from '../call.ts'
import { declarationIn, refuseFileOptions } from '../declared.ts'
import { namesOf } from '../names.ts'
import { report } from '../outcome.ts'
import { openSession, type Session } from '../session.ts'

/** Stops and starts services. A file is declared anew, so what changed in it applies. */
export async function restart(call: Call): Promise<number> {
  refuseFileOptions(call)
  const isFile = (word: string): boolean => startableFrom(word) === 'declaration'
  const declarations = await Promise.all(
    call.words.filter(isFile).map((file) => declarationIn(file, call)),
  )
  const session = await openSession(call.place)
  const inherited = inheritedFrom(call.place.env)
  const outcomes: Outcome[] = []
  for (const declaration of declarations) {
    outcomes.push(await session.ask('declare', [], { declaration, inherited, how: 'restart' }))
  }
  const others = call.words.filter((word) => !isFile(word))
  if (others.length > 0) outcomes.push(await restartNamed(session, { ...call, words: others }))
  return report(session, call, {
    instances: outcomes.flatMap(({ instances }) => instances),
    notes: outcomes.flatMap(({ notes }) => notes ?? []),
  })
}

async function restartNamed(session: Session, call: Call): Promise<Outcome> {
  const { grace } = call.options
  const names = await namesOf(session, call)
  return session.ask('restart', names, grace === undefined ? {} : { grace })
}
