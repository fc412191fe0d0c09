import type { Call } from '../call.ts'
import { openSession } from '../session.ts'

/** Empties logs. Services go on writing to them. */
export async function flush({ words, options, place }: Call): Promise<number> {
  const { screen } = place
  const session = await openSession(place)
  const { instances } = await session.ask('status', [], {})
  // Where nothing is declared, `all` names nothing, and asking for it would be refused.
  const isEmpty = words.length === 0 && instances.length === 0
  const { files } = isEmpty
    ? { files: [] }
    : await session.ask('flush', words.length === 0 ? ['all'] : words, {})
  if (options.json === true) screen.print(JSON.stringify({ files }))
  else for (const file of files) screen.print(`${screen.paint.good('✓')} emptied ${file}`)
  return 0
}
