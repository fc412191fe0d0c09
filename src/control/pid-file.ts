import { execFile } from 'node:child_process'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errnoOf, TroupeError } from '../base/errors.ts'
import { shortId } from '../base/ids.ts'
import { readStat } from '../process/proc.ts'
import { digestOf } from './home.ts'

const run = promisify(execFile)

/** A pid file that says who we are until it is released. */
export interface PidFile {
  release(): Promise<void>
}

/**
 * Writes `<pid>\n<start time>\n`. Where it is the lock, a living process in it is respected:
 * one with that pid which started at that time, so that a reused pid does not count.
 *
 * @throws TroupeError `E_MANAGER_LOCKED`
 */
export async function takePidFile(
  path: string,
  { isLock }: { readonly isLock: boolean },
): Promise<PidFile> {
  const text = `${process.pid}\n${isLock ? await startTimeOf(process.pid) : ''}\n`
  if (isLock) await create(path, text)
  else await writeFile(path, text, { mode: 0o600 })
  return {
    async release() {
      if ((await read(path)) === text) await rm(path, { force: true })
    },
  }
}

/** The pid of the living process that a lock file names, if there is one. */
export async function pidFileHolder(path: string): Promise<number | undefined> {
  const text = await read(path)
  return text === undefined ? undefined : holderIn(text)
}

async function create(path: string, text: string): Promise<void> {
  while (!(await putNew(path, text))) {
    const found = await read(path)
    if (found === undefined) continue
    const holder = await holderIn(found)
    if (holder !== undefined) throw lockedBy(path, holder)
    if (await replace(path, found, text)) return
  }
}

/** Puts a whole file where none is: nobody ever reads half of one. */
async function putNew(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${shortId()}`
  await writeFile(draft, text, { mode: 0o600 })
  try {
    await link(draft, path)
    return true
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') return false
    throw thrown
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Replaces the file of a dead process, unless somebody else has done so. Many may have found
 * it dead; the right to replace just this one is a lock of its own.
 */
async function replace(path: string, dead: string, text: string): Promise<boolean> {
  const claim = `${path}.${digestOf(dead)}`
  await create(claim, text)
  try {
    if ((await read(path)) !== dead) return false
    await rename(claim, path)
    return true
  } finally {
    if ((await read(claim)) === text) await rm(claim, { force: true })
  }
}

async function holderIn(text: string): Promise<number | undefined> {
  const [pid = '', startedAt = ''] = text.split('\n')
  if (!/^\d+$/.test(pid)) return undefined
  return (await startTimeOf(Number(pid))) === startedAt ? Number(pid) : undefined
}

/** When a process started, as the kernel or else `ps` says it; undefined when there is no such process. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  // A small Debian has no ps.
  if (process.platform === 'linux') return readStat(pid)?.startTicks.toString()
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: psEnv() })
    return stdout.trim() === '' ? undefined : stdout.trim()
  } catch {
    return undefined
  }
}

/** The text must not depend on who asks. */
function psEnv(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

function lockedBy(path: string, pid: number): TroupeError {
  return new TroupeError('E_MANAGER_LOCKED', `a manager holds ${path}, pid ${pid}`, {
    hint: 'use it, or stop it with: troupe kill',
  })
}
