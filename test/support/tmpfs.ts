import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, statfsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A disk of this test alone, so small that it can be filled. */
export interface SmallDisk {
  readonly dir: string
  /** Writes until nothing is left; resolves with the file that took the room. */
  fill(): Promise<string>
}

/** Why there can be no small disk here; undefined where there can. */
export function noSmallDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'mounting a tmpfs needs root'
  const dir = mkdtempSync(join(tmpdir(), 'troupe-disk-'))
  try {
    mount(dir, 64)
    unmount(dir)
    return undefined
  } catch {
    return 'this machine does not let root mount a tmpfs'
  } finally {
    rmdirSync(dir)
  }
}

/** Mounts a tmpfs, and unmounts it when the test is over. Call it before what is to end earlier. */
export function smallDisk(kilobytes: number): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-disk-'))
  mount(dir, kilobytes)
  onTestFinished(() => {
    unmount(dir)
    rmdirSync(dir)
  })
  return { dir, fill: () => fill(dir) }
}

async function fill(dir: string): Promise<string> {
  const file = join(dir, 'filler')
  const { bavail, bsize } = statfsSync(dir)
  await writeFile(file, Buffer.alloc(bavail * bsize)).catch(() => {})
  return file
}

function mount(dir: string, kilobytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=700`, 'troupe-test', dir], {
    stdio: 'pipe',
  })
}

/** Lazily: a process that is just ending may still have a file open. */
function unmount(dir: string): void {
  execFileSync('umount', ['--lazy', dir], { stdio: 'pipe' })
}
