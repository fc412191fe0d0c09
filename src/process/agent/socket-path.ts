import { closeSync, openSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Linux keeps the address of a socket in 108 bytes; longer paths are cut off without a word. */
const longest = 100

/** Calls `use` with a name of this socket that is short enough, and that is valid only until it returns. */
export function withShortPath<T>(path: string, use: (short: string) => T): T {
  if (Buffer.byteLength(path) <= longest) return use(path)
  const dir = openSync(dirname(path), 'r')
  try {
    return use(`/proc/self/fd/${dir}/${basename(path)}`)
  } finally {
    closeSync(dir)
  }
}
