import type { Call } from '../call.ts'
import { doAnew } from '../anew.ts'

/** Replaces processes one at a time; a file is declared anew, and taken back where it fails. */
export function reload(call: Call): Promise<number> {
  return doAnew('reload', call)
}
