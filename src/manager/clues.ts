import { readFileSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { showBytes } from '../base/units.ts'
import type { Clues } from '../supervisor/instance-ports.ts'

/** An event has room for a few lines, not for a dump. */
const longestLine = 300
const tailBytes = 16 * 1024
/** Frames of a stack, and what Node says last of all: they stand under every crash and crowd out what was wrong. */
const noise = /^\s+at \S|^Node\.js v\d|^Emitted 'error' event on /
/** Below this a log cannot be said to have room. */
const fullBelowBytes = 64 * 1024

/**
 * Clues of this machine, from files and `/proc`. Nothing rejects: where there is nothing to be read, there is no
 * clue.
 */
export const systemClues: Clues = {
  async lastLines(paths, since, count) {
    for (const path of paths) {
      // No log is no clue, never a reason to lose the exit itself.
      const lines = await readTail(path, since).catch(() => [])
      if (lines.length > 0) return lines.slice(-count).map((line) => line.slice(0, longestLine))
    }
    return []
  },
  oomKills() {
    try {
      const [, count] = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8')) ?? []
      return Number(count ?? 0)
    } catch {
      return 0
    }
  },
  async fullDisk(path) {
    if (path === '/dev/full') return 'the log device is full'
    if (path.startsWith('/dev/')) return undefined
    const free = await freeBytes(dirname(path))
    if (free === undefined || free >= fullBelowBytes) return undefined
    return `the disk under ${dirname(path)} is full (${showBytes(free)} free)`
  },
}

/** Bytes that an unprivileged writer still has under `path`; undefined when that cannot be asked. */
export async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch {
    return undefined
  }
}

async function readTail(path: string, since: number): Promise<readonly string[]> {
  const file = await open(path, 'r')
  try {
    const { size, mtimeMs } = await file.stat()
    // The clock of the file system may lag behind by a tick.
    if (mtimeMs < since - 10) return []
    const from = Math.max(0, size - tailBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    const whole = from === 0 ? lines : lines.slice(1)
    return withoutDumps(whole).filter((line) => line !== '' && !noise.test(line))
  } finally {
    await file.close()
  }
}

/** Node prints the fields of an error below its stack, in braces: `code`, `errno` and the like repeat its message. */
function withoutDumps(lines: readonly string[]): readonly string[] {
  let isDump = false
  return lines.filter((line) => {
    const isInside = isDump
    if (/^\s+at .* \{$/.test(line)) isDump = true
    else if (line === '}') isDump = false
    return !isInside
  })
}
