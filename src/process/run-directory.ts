import { readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf } from '../base/errors.ts'
import type { Exit } from '../base/exit.ts'
import { parseStatus } from './exit-status.ts'
import type { ProcessIdentity } from './host.ts'
import { parseIdentity } from './identity.ts'

/*
 * <home>/run/<launch id>/
 *   intent.json   the manager, before anything runs
 *   life          the lifeline, a FIFO
 *   stdin         the standard input, a FIFO (only in fork mode, and not where `stdin: "null"` is declared)
 *   pid           the guard, about itself
 *   main          the main process, about itself, before it becomes the service's program
 *   exit          the guard, when the main process is gone
 *   heard         the manager, which words of the service it has heard (only if it speaks)
 *   instruments   the manager, which actions and metrics the service has spoken of (only if it does)
 *   sock          the control socket of a primary
 *
 * Of a worker, its primary writes what a guard writes elsewhere; the main process is noted, not noting.
 */

const settledPrefix = 'done-'
const keptSettled = 50

/** How a process ended, and when its guard wrote that down. */
export interface ExitNote {
  readonly exit: Exit
  readonly at: Date
}

/** Whether a launch id can be the name of its run directory, and is not taken for a settled one. */
export function canNameDirectory(launchId: string): boolean {
  return /^[\w@+][\w@+.-]*$/.test(launchId) && !launchId.startsWith(settledPrefix)
}

/** The launch id of a new primary; `suffix` makes it unlike any other. */
export function primaryLaunchId(serviceId: string, suffix: string): string {
  return `${serviceId}.primary.${suffix}`
}

/** Whether a launch id is that of a primary: where an instance has the number of its slot, that says so. */
export function isPrimaryLaunch(launchId: string): boolean {
  return launchId.split('.').at(-2) === 'primary'
}

/** Makes the directory of a launch; fails with `EEXIST` when its id was used before. */
export async function makeRunDirectory(root: string, launchId: string): Promise<string> {
  const dir = join(root, launchId)
  await mkdir(dir, { mode: 0o700 })
  return dir
}

/** The directories of all launches that are not settled. */
export async function listRunDirectories(root: string): Promise<readonly string[]> {
  const names = await readdir(root)
  return names.filter(canNameDirectory).map((name) => join(root, name))
}

/**
 * What the guard wrote when its process ended; undefined while it has not.
 *
 * Notes are read synchronously: each is one line that was written a moment ago, and what follows from it must
 * happen before the next line of the lifeline is looked at.
 */
export function readExitNote(dir: string): ExitNote | undefined {
  const path = join(dir, 'exit')
  const exit = parseStatus(readNote(path))
  return exit && { exit, at: statSync(path).mtime }
}

/** Who the guard (`pid`) or the main process (`main`) said it was. */
export function readIdentityNote(
  dir: string,
  name: 'pid' | 'main',
  bootId: string,
): ProcessIdentity | undefined {
  return parseIdentity(readNote(join(dir, name)), bootId)
}

/** Marks a launch as over and drops its FIFOs; harmless when that was done before. */
export async function settleRunDirectory(dir: string): Promise<void> {
  await Promise.all(['life', 'stdin'].map((fifo) => rm(join(dir, fifo), { force: true })))
  try {
    await rename(dir, join(dirname(dir), settledPrefix + basename(dir)))
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

/** Removes all settled directories but the latest fifty. */
export async function pruneSettled(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(settledPrefix))
  const dated = await Promise.all(
    names.map(async (name) => ({ name, endedMs: await endedAt(join(root, name)) })),
  )
  const surplus = dated.toSorted((a, b) => b.endedMs - a.endedMs).slice(keptSettled)
  await Promise.all(
    surplus.map(({ name }) => rm(join(root, name), { recursive: true, force: true })),
  )
}

/** Several prunes may meet: what another one removed is the oldest of all. */
async function endedAt(dir: string): Promise<number> {
  const found = await stat(dir).catch(() => undefined)
  return found?.mtimeMs ?? 0
}

function readNote(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return ''
    throw error
  }
}
