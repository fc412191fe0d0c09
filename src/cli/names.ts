import { resolve } from 'node:path'
import { startableFrom } from '../control/targets.ts'
import { readOptions } from './declared.ts'
import type { Call } from './call.ts'
import type { Session } from './session.ts'

/**
 * The services that words mean: a declaration stands for those of its names that are known here, a script for
 * the services that run it; every other word is for the manager to understand.
 */
export async function namesOf(session: Session, call: Call): Promise<readonly string[]> {
  const names: string[] = []
  for (const word of call.words) {
    const kind = startableFrom(word)
    if (kind === 'declaration') names.push(...(await knownIn(word, session, call)))
    else if (kind === 'script') names.push(...(await running(word, session, call)))
    else names.push(word)
  }
  return names
}

/** As in PM2 a name of a file that nothing here has is passed over. */
async function knownIn(file: string, session: Session, call: Call): Promise<readonly string[]> {
  const { readDeclaration } = await import('../declaration/read.ts')
  const { services } = await readDeclaration(file, readOptions(call))
  const { instances } = await session.ask('status', [], {})
  const known = new Set(instances.map(({ service }) => service))
  const absent = services.map(({ name }) => name).filter((name) => !known.has(name))
  const { screen } = call.place
  if (absent.length > 0) screen.note(`note: not known here: ${absent.join(', ')}`)
  return services.map(({ name }) => name).filter((name) => known.has(name))
}

/** A name may look like a path, so a word that no service runs is still a name. */
async function running(word: string, session: Session, call: Call): Promise<readonly string[]> {
  const { instances } = await session.ask('status', [], {})
  if (instances.length === 0 || instances.some(({ service }) => service === word)) return [word]
  const path = resolve(call.place.cwd, word)
  const { services } = await session.ask('describe', ['all'], {})
  const names = services.filter(({ script }) => script === path).map(({ name }) => name)
  return names.length > 0 ? names : [word]
}
