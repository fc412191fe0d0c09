import { join, resolve } from 'node:path'

/** `~` and `~/x` are the home directory and what is in it. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}

/** The absolute path of a file that is written to; PM2's `NULL` throws what is written away. */
export function outputPath(declared: string, cwd: string, home: string): string {
  return declared === 'NULL' ? '/dev/null' : resolve(cwd, expandHome(declared, home))
}
