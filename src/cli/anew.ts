import { TroupeError } from '../base/errors.ts'
import { inheritedFrom } from '../control/connect.ts'
import { startableFrom } from '../control/targets.ts'
import type { Outcome } from '../control/troupe.ts'
import type { Call } from './call.ts'
import { declarationIn, refuseFileOptions } from './declared.ts'
import { graceIn } from './grace.ts'
import { namesOf } from './names.ts'
import { report } from './outcome.ts'
import { openSession, type Session } from './session.ts'

/** Restarts or reloads what the words mean. A file is declared anew, so what changed in it applies. */
export async function doAnew(how: 'restart' | 'reload', call: Call): Promise<number> {
  refuseFileOptions(call)
  const isFile = (word: string): boolean => startableFrom(word) === 'declaration'
  if (call.rest.length > 0 && call.words.some(isFile)) {
    throw new TroupeError('E_USAGE', 'arguments go with the name of a service', {
      hint: 'those of a file stand in it, as args',
    })
  }
  const declarations = await Promise.all(
    call.words.filter(isFile).map((file) => declarationIn(file, call)),
  )
  const session = await openSession(call.place)
  const inherited = inheritedFrom(call.place.env)
  const outcomes: Outcome[] = []
  for (const declaration of declarations) {
    outcomes.push(
      await session.ask('declare', [], { declaration, inherited, how, ...graceIn(call) }),
    )
  }
  const others = call.words.filter((word) => !isFile(word))
  if (others.length > 0) outcomes.push(await named(how, session, { ...call, words: others }))
  return report(session, call, {
    instances: outcomes.flatMap(({ instances }) => instances),
    notes: outcomes.flatMap(({ notes }) => notes ?? []),
  })
}

async function named(how: 'restart' | 'reload', session: Session, call: Call): Promise<Outcome> {
  const { updateEnv = false } = call.options
  const names = await namesOf(session, call)
  const hasArgs = call.rest.length > 0
  if (updateEnv || hasArgs) {
    const inherited = updateEnv ? inheritedFrom(call.place.env) : {}
    const fields = hasArgs ? { fields: { args: call.rest } } : {}
    return session.ask('inherit', names, { inherited, ...fields, how, ...graceIn(call) })
  }
  if (how === 'reload') return session.ask('reload', names, {})
  return session.ask('restart', names, graceIn(call))
}
