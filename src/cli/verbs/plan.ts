import { inheritedFrom } from '../../control/connect.ts'
import type { Change } from '../../protocol/answers.ts'
import type { Call } from '../call.ts'
import { planLines } from '../change-text.ts'
import { declarationIn } from '../declared.ts'
import { declarationHere, refuseOnlyWithPrune } from '../file-here.ts'
import { openSession } from '../session.ts'

/** Shows what `apply` would do; the exit code is 2 where that is something. */
export async function plan(call: Call): Promise<number> {
  refuseOnlyWithPrune(call)
  const { screen, cwd, env } = call.place
  const file = declarationHere(call.words[0], cwd)
  const declaration = await declarationIn(file, call)
  const session = await openSession(call.place)
  const { prune = false, json } = call.options
  const asked = { declaration, inherited: inheritedFrom(env), prune }
  const { changes, digest } = await session.ask('plan', [], asked)
  if (json === true) screen.print(JSON.stringify({ changes, digest }))
  else {
    const notes = declaration.warnings.map((each) => `${screen.paint.busy('note:')} ${each}`)
    for (const note of notes) screen.note(note)
    screen.print(planLines(changes, screen.paint).join('\n'))
    if (changes.length > 0) screen.print(`\n${commandFor(file, digest, call, changes)}`)
  }
  return changes.length === 0 ? 0 : 2
}

function commandFor(
  file: string,
  digest: string,
  { options: { prune, only, env } }: Call,
  changes: readonly Change[],
): string {
  const words = [
    ...(only === undefined ? [] : ['--only', only]),
    ...(env === undefined ? [] : ['--env', env]),
    ...(prune === true ? ['--prune'] : []),
  ]
  const count = `${changes.length} change${changes.length === 1 ? '' : 's'}`
  return `${count}; carry out exactly this: ${['troupe apply', file, ...words, '--plan', digest].join(' ')}`
}
