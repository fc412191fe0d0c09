import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import type { Frozen } from '../../process/freeze.ts'

const chunkBytes = 1024 * 1024
/** What is left to copy while the writers stand still: a millisecond's work. */
const tailBytes = 512 * 1024
/** A writer that is faster than the copying is stopped after so many rounds. */
const mostRounds = 20

/** Copies that are under way bear this ending. */
export const partial = '.part'

/** A rotation that was done. */
export interface Rotation {
  readonly path: string
  readonly rotatedTo: string
  readonly bytes: number
  /** How long the writers stood still. */
  readonly frozenMs: number
}

interface RotateOptions {
  readonly now: () => number
  /** Stops the writers; undefined when that is not possible now. */
  readonly freeze: () => Promise<Frozen | undefined>
}

/**
 * Copies a log away and empties it without losing a byte: almost all of it is copied while the writers go on,
 * the rest while they stand still, and they append to the same file afterwards (SUPERVISION D1, EVIDENCE §1).
 *
 * Undefined when the writers could not be stopped: nothing has changed then.
 *
 * @throws when the copy cannot be written: nothing has changed then either
 */
export async function rotateFile(
  path: string,
  rotatedTo: string,
  options: RotateOptions,
): Promise<Rotation | undefined> {
  const log = await open(path, 'r+')
  try {
    const { mode } = await log.stat()
    const copy = await open(rotatedTo + partial, 'wx', mode & 0o777)
    try {
      return await move({ path, rotatedTo, log, copy }, options)
    } finally {
      await copy.close()
    }
  } finally {
    await log.close()
  }
}

interface Move {
  readonly path: string
  readonly rotatedTo: string
  readonly log: FileHandle
  readonly copy: FileHandle
}

async function move(files: Move, { now, freeze }: RotateOptions): Promise<Rotation | undefined> {
  const { path, rotatedTo, log, copy } = files
  const part = rotatedTo + partial
  // Until the log is emptied the copy is a second one; from then on it is the only one.
  let isEmptied = false
  try {
    const copied = await copyAlmostAll(log, copy)
    const frozen = await freeze()
    if (frozen === undefined) return undefined
    const since = now()
    let bytes = copied
    try {
      bytes += copyRest(log.fd, copy.fd, copied)
      ftruncateSync(log.fd, 0)
      isEmptied = true
    } finally {
      frozen.thaw()
    }
    const frozenMs = now() - since
    await rename(part, rotatedTo)
    return { path, rotatedTo, bytes, frozenMs }
  } finally {
    if (!isEmptied) await rm(part, { force: true })
  }
}

async function copyAlmostAll(log: FileHandle, copy: FileHandle): Promise<number> {
  const buffer = Buffer.allocUnsafe(chunkBytes)
  let at = 0
  for (let round = 0; round < mostRounds; round++) {
    // oxlint-disable-next-line no-await-in-loop
    const { size } = await log.stat()
    if (size - at < tailBytes) break
    while (at < size) {
      // oxlint-disable-next-line no-await-in-loop
      const { bytesRead } = await log.read(buffer, 0, chunkBytes, at)
      if (bytesRead === 0) break
      // oxlint-disable-next-line no-await-in-loop
      await copy.write(buffer, 0, bytesRead, at)
      at += bytesRead
    }
  }
  return at
}

/** Synchronous, because others wait for it. */
function copyRest(log: number, copy: number, from: number): number {
  const buffer = Buffer.allocUnsafe(chunkBytes)
  let at = from
  const { size } = fstatSync(log)
  while (at < size) {
    const count = readSync(log, buffer, 0, chunkBytes, at)
    if (count === 0) break
    for (let done = 0; done < count;) {
      done += writeSync(copy, buffer, done, count - done, at + done)
    }
    at += count
  }
  return at - from
}
