import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { messageOf } from '../base/errors.ts'

/** Sends one command to Redis. */
export type Command = (name: string, ...args: readonly (string | number)[]) => Promise<unknown>

/** One atomic transition on the server. The contract stands in the header of its `.lua` file. */
export interface Script {
  readonly text: string
  readonly sha: string
}

/** Reads `scripts/<name>.lua`, which stands beside this file in `src` and in `dist` alike. */
export function readScript(name: string): Script {
  const text = readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), 'utf8')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Runs a script by its hash, and sends its text only to a server that does not know it (yet, or no longer). */
export async function runScript(
  command: Command,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await command('EVALSHA', script.sha, keys.length, ...keys, ...args)
  } catch (error) {
    if (!messageOf(error).startsWith('NOSCRIPT')) throw error
    return command('EVAL', script.text, keys.length, ...keys, ...args)
  }
}
