import type { Call } from '../call.ts'
import { doAnew } from '../anew.ts'

/** Stops and starts services. A file is declared anew, so what changed in it applies. */
export function restart(call: Call): Promise<number> {
  return doAnew('restart', call)
}
