import { isAlive } from '../process/identity.ts'
import { readBootId } from '../process/proc.ts'
import { listRunDirectories, readIdentityNote } from '../process/run-directory.ts'
import type { Home } from './home.ts'

/** How many processes run on in a home whose manager has left. */
export async function countLeftBehind(home: Home): Promise<number> {
  const launches = await listRunDirectories(home.runDir).catch(() => [])
  // Nothing can have been launched where the boot has no name.
  if (launches.length === 0) return 0
  const bootId = readBootId()
  const mains = launches.flatMap((dir) => readIdentityNote(dir, 'main', bootId) ?? [])
  return mains.filter((main) => isAlive(main, bootId)).length
}
