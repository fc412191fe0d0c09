import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { TroupeError } from '../../base/errors.ts'
import { inheritedFrom } from '../../control/connect.ts'
import { startableFrom } from '../../control/targets.ts'
import type { Outcome } from '../../control/troupe.ts'
import type { Declaration } from '../../declaration/service.ts'
import type { Call } from '../call.ts'
import {
  declarationIn,
  declarationOf,
  refuseFileOptions,
  refuseScriptOptions,
} from '../declared.ts'
import { declarationHere } from '../file-here.ts'
import { report } from '../outcome.ts'
import { openSession, type Session } from '../session.ts'

/** Declares and starts what files and scripts say, and starts services by their names. */
export async function start(call: Call): Promise<number> {
  const words = call.words.length === 0 ? [declarationHere(undefined, call.place.cwd)] : call.words
  // Whatever is wrong with the files is found before anything starts, a manager included.
  const steps: Step[] = []
  for (const word of words) steps.push(await stepFor(word, call))
  const session = await openSession(call.place)
  const outcomes: Outcome[] = []
  for (const step of steps) outcomes.push(await perform(step, session, call))
  return report(session, call, {
    instances: outcomes.flatMap(({ instances }) => instances),
    notes: outcomes.flatMap(({ notes }) => notes ?? []),
  })
}

/** One word behind `start`. */
type Step =
  | { readonly kind: 'declare'; readonly declaration: Declaration }
  | { readonly kind: 'start'; readonly service: string }

async function stepFor(word: string, call: Call): Promise<Step> {
  const kind = startableFrom(word)
  if (kind === 'declaration') {
    return { kind: 'declare', declaration: await declarationIn(word, call) }
  }
  // Only a shell line has a space in it: `troupe start "npm run dev" --name web`.
  if (kind === 'script' || (/\s/.test(word) && !word.startsWith('/'))) {
    return { kind: 'declare', declaration: await declarationOf(word, call) }
  }
  refuseFileOptions(call)
  refuseScriptOptions(call, `"${word}" is taken for the name of a service; a script: ./${word}`)
  return { kind: 'start', service: word }
}

async function perform(step: Step, session: Session, { place }: Call): Promise<Outcome> {
  if (step.kind === 'start') return startNamed(step.service, session, place.cwd)
  const { declaration } = step
  const inherited = inheritedFrom(place.env)
  // As `pm2 start <file>` does: what runs already starts again.
  return session.ask('declare', [], { declaration, inherited, how: 'restart' })
}

async function startNamed(service: string, session: Session, cwd: string): Promise<Outcome> {
  try {
    return await session.ask('start', [service], {})
  } catch (thrown) {
    const file = [service, `${service}.js`].find((each) => existsSync(resolve(cwd, each)))
    if (file === undefined || !TroupeError.is(thrown) || !isRefusal(thrown)) throw thrown
    throw new TroupeError(thrown.code, thrown.message, {
      hint: `for the file of that name: troupe start ./${file}`,
    })
  }
}

function isRefusal({ code }: TroupeError): boolean {
  return code === 'E_NO_SUCH_SERVICE' || code === 'E_REJECTED'
}
