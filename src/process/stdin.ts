import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../base/errors.ts'
import type { FifoPool } from './fifo-pool.ts'
import type { LaunchOrder, StdinRefusal } from './host.ts'

/**
 * What the kernel takes whole or not at all (PIPE_BUF of Linux), whoever else writes meanwhile. More than that could
 * be cut off in the middle when the pipe is full, and the rest of a line is nothing that can be taken back.
 */
export const stdinBytes = 4_096

/** Makes the standard input of a launch, a FIFO in its run directory. */
export async function placeStdin(
  dir: string,
  user: LaunchOrder['user'],
  fifos: FifoPool,
): Promise<void> {
  const path = pathIn(dir)
  await fifos.place(path)
  if (user === undefined) return
  // For programs that open /dev/stdin again. All others got the open descriptor, so one that cannot be given away will do.
  await chown(path, user.uid ?? -1, user.gid).catch(() => {})
}

/**
 * The end that the process inherits. It writes as well as reads: as long as the process lives its pipe has a writer,
 * so that neither the end of a manager nor that of the guard looks like the end of its input.
 */
export function openStdin(dir: string): number {
  return openSync(pathIn(dir), constants.O_RDWR)
}

/** Writes to the standard input of a launch, all of it or nothing, and never waits. */
export function writeStdin(dir: string, text: string): StdinRefusal | undefined {
  let fd: number | undefined
  try {
    fd = openSync(pathIn(dir), constants.O_WRONLY | constants.O_NONBLOCK)
    writeSync(fd, text)
    return undefined
  } catch (error) {
    return refusals.get(errnoOf(error) ?? '') ?? 'absent'
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

const refusals: ReadonlyMap<string, StdinRefusal> = new Map([
  ['ENOENT', 'absent'],
  ['ENXIO', 'closed'],
  ['EPIPE', 'closed'],
  ['EAGAIN', 'full'],
  ['EMFILE', 'full'],
  ['ENFILE', 'full'],
  ['ENOMEM', 'full'],
])

function pathIn(dir: string): string {
  return join(dir, 'stdin')
}
