import { readFileSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Writes the pid of a service for other programs to read.
 *
 * A convenience for others must not stop a service, so a failure is silent; the directory was made, or reported,
 * by the preflight.
 */
export function writePidFile(path: string, pid: number): void {
  quietly(() => writeFileSync(path, `${pid}\n`))
}

/** Removes a pid file, unless a successor has written its own pid there by now. */
export function removePidFile(path: string, pid: number): void {
  quietly(() => {
    if (Number(readFileSync(path, 'utf8')) === pid) rmSync(path)
  })
}

function quietly(act: () => void): void {
  try {
    act()
  } catch {}
}
