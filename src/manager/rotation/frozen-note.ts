import { readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import writeFileAtomic from 'write-file-atomic'
import type { ProcessIdentity } from '../../process/host.ts'
import { partial } from './rotate.ts'

/** What a manager writes down before it stops anybody: all that is needed to put things right after its death. */
export interface FrozenNote {
  readonly stopped: readonly ProcessIdentity[]
  readonly path: string
  readonly rotatedTo: string
}

/**
 * Written whole or not at all, for an earlier note of the same rotation may stand there already. Not waiting for
 * the disk: it has to survive the manager, and with the machine its processes die too.
 */
export function writeFrozenNote(file: string, note: FrozenNote): void {
  writeFileAtomic.sync(file, JSON.stringify(note), { mode: 0o600, fsync: false })
}

/** Nobody stands still any more; it is fine when there was no note. */
export function clearFrozenNote(file: string): void {
  rmSync(file, { force: true })
}

/**
 * Finishes or undoes a rotation in whose middle a manager died, and lets its processes go on.
 *
 * They stand still, so the log tells how far it got: a log that is shorter than the copy was emptied, and the
 * copy is the only one.
 */
export function recoverRotation(
  file: string,
  thaw: (stopped: readonly ProcessIdentity[]) => void,
): void {
  const note = readNote(file)
  if (note === undefined) return
  try {
    const part = note.rotatedTo + partial
    const copied = sizeOf(part)
    const isEmptied = copied !== undefined && (sizeOf(note.path) ?? 0) < copied
    if (isEmptied) renameSync(part, note.rotatedTo)
    else rmSync(part, { force: true })
  } finally {
    thaw(note.stopped)
    clearFrozenNote(file)
  }
}

function readNote(file: string): FrozenNote | undefined {
  try {
    // Written by this file alone, and whole: one that cannot be read is not there.
    return JSON.parse(readFileSync(file, 'utf8')) as FrozenNote
  } catch {
    return undefined
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}
