import { readFileSync, writeFileSync } from 'node:fs'
import { hasArgument } from '../process/proc.ts'
import type { Home } from './home.ts'
import { loopName } from './manager-program.ts'

/** Notes which loop would start this manager again, for whoever finds it dead. */
export function noteLoop(home: Home, env: NodeJS.ProcessEnv): void {
  if (env['TROUPE_LOOP'] !== String(process.ppid)) return
  writeFileSync(home.loopFile, String(process.ppid), { mode: 0o600 })
}

/** Whether a loop lives that is about to start the manager of this home again. */
export function hasLivingLoop(home: Home): boolean {
  try {
    return hasArgument(Number(readFileSync(home.loopFile, 'utf8')), loopName)
  } catch {
    return false
  }
}
