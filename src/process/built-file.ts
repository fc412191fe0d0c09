import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** A compiled file beside this one. Where the sources themselves run (tests), that of the last build. */
export function builtFile(path: string): string {
  return join(here.replace(/\/src\/process$/, '/dist/process'), path)
}

/** What `--require` loads into a service. */
export const agentFile: string = builtFile('agent/preload/preload.js')

/** The program of a primary. */
export const primaryFile: string = builtFile('primary/main.js')
