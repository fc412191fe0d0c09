import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { errnoOf, TroupeError } from '../base/errors.ts'

/** PM2's `PM2_RELOAD_LOCK_TIMEOUT` where nobody sets it, in ms. */
const usualMs = 30_000

interface Reloading {
  /** The home of the manager. */
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly isForced: boolean
}

/**
 * Runs a reload that PM2's users asked for, one at a time in a home. A lock that is older than `PM2_RELOAD_LOCK_TIMEOUT`, or
 * whose holder died, counts for nothing.
 *
 * @throws TroupeError `E_RELOADING` while another one runs, unless it is forced
 */
export async function oneReload<T>(
  { home, env, clock, isForced }: Reloading,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(home, 'reload.lock')
  const now = clock.date().getTime()
  const own = `${now} ${process.pid}`
  const given = Number(env['PM2_RELOAD_LOCK_TIMEOUT'])
  const timeoutMs = given > 0 ? given : usualMs
  if (!(await taken(path, own))) {
    const held = await readFile(path, 'utf8').catch(() => '')
    if (!isForced && isHeld(held, now, timeoutMs)) throw reloading()
    await clear(path, held)
    // Of two who found it stale, one is first.
    if (!(await taken(path, own)) && !isForced) throw reloading()
  }
  try {
    return await work()
  } finally {
    // Somebody who forced his way holds it now.
    if ((await readFile(path, 'utf8').catch(() => '')) === own) await rm(path, { force: true })
  }
}

/** Takes away a lock that was found stale, and no other: one that was taken meanwhile is put back. */
async function clear(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`
  try {
    await rename(path, aside)
    const found = await readFile(aside, 'utf8')
    if (found !== stale) await link(aside, path)
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT' && errnoOf(thrown) !== 'EEXIST') throw thrown
  } finally {
    await rm(aside, { force: true })
  }
}

/** Whoever reads the lock reads all of it: it has its words before it has its name. */
async function taken(path: string, own: string): Promise<boolean> {
  const aside = `${path}.${process.pid}`
  await writeFile(aside, own, { mode: 0o600 })
  try {
    await link(aside, path)
    return true
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') return false
    throw thrown
  } finally {
    await rm(aside, { force: true })
  }
}

/** Whether a lock counts; it holds when it was taken, ms since 1970, and by whom. */
function isHeld(held: string, now: number, timeoutMs: number): boolean {
  const [at = 0, pid = 0] = held.split(' ').map(Number)
  return now - at < timeoutMs && isAlive(pid)
}

function isAlive(pid: number): boolean {
  if (!(pid > 1)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return errnoOf(thrown) === 'EPERM'
  }
}

function reloading(): TroupeError {
  return new TroupeError('E_RELOADING', 'Reload already in progress, please try again later', {
    hint: 'or reload all the same with --force',
  })
}
