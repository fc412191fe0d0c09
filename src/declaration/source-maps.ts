import { basename } from 'node:path'
import type { Values } from './values.ts'

type Said = Pick<Values, 'node_args' | 'source_map_support' | 'disable_source_map_support'>

const flag = '--enable-source-maps'

/** The arguments of an interpreter, with what makes Node's stack traces point at the sources: on unless it is turned off. */
export function withSourceMaps(said: Said, interpreter: string): readonly string[] {
  const { node_args: args, source_map_support: isOn, disable_source_map_support: isOff } = said
  const isDecided = args.some((arg) => arg === flag || arg === `--no-${flag.slice(2)}`)
  // Bun, which counts as a Node elsewhere, does it by itself.
  const isWanted = isOn && !isOff && !isDecided && basename(interpreter).endsWith('node')
  return isWanted ? [flag, ...args] : args
}
