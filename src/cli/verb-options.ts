import { onOthers } from './options.ts'
import { isRemote } from './remote.ts'
import type { Verb } from './verb.ts'

/** Every option that a verb takes: its own, and for those that other hosts can be asked for, which hosts. */
export function optionsOf({ name, options = [] }: Verb): NonNullable<Verb['options']> {
  return isRemote(name) ? [...options, ...onOthers] : options
}
