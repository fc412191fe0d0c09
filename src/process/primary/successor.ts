import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../../base/errors.ts'
import { bakeCookie, cookieVariable } from '../cookie.ts'
import { intentText } from '../intent.ts'
import { launchIdOf, parseLaunchId } from '../launch-id.ts'
import type { LaunchRecord } from '../host.ts'
import type { PrimaryConfig, WorkerOrder } from './words.ts'

/** A launch that nobody used before is found this soon, or something else is wrong. */
const mostTries = 100

/**
 * Prepares the next launch of a slot without a manager: its number, cookie, run directory, lifeline and intent.
 *
 * All at once, without a pause in which a manager could come and see half of it.
 *
 * @throws an error of the file system
 */
export function prepareSuccessor(
  order: WorkerOrder,
  { root, managerId, bootId }: PrimaryConfig,
  at: Date,
): WorkerOrder {
  const { launchId, dir } = claim(order.record.launchId, root)
  const cookie = bakeCookie(managerId, launchId)
  const record: LaunchRecord = { ...order.record, launchId, cookie, dir, at: at.getTime() }
  try {
    placeFifo(join(root, '.spare'), join(dir, 'life'))
    const text = intentText({ record, bootId })
    writeFileSync(join(dir, 'intent.json'), text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
  const env = { ...order.program.env, [cookieVariable]: cookie }
  return { ...order, record, program: { ...order.program, env } }
}

/** A manager that died in between may have used the next number for a launch that it could not start. */
function claim(
  launchId: string,
  root: string,
): { readonly launchId: string; readonly dir: string } {
  for (let next = nextLaunchId(launchId), tries = 1; ; next = nextLaunchId(next), tries++) {
    const dir = join(root, next)
    try {
      mkdirSync(dir, { mode: 0o700 })
      return { launchId: next, dir }
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || tries === mostTries) throw error
    }
  }
}

/** `web.0.7` after `web.0.6`. */
export function nextLaunchId(launchId: string): string {
  const name = parseLaunchId(launchId)
  return launchIdOf({ ...name, incarnation: name.incarnation + 1 })
}

/** From the managers' store, which nobody uses while none lives; or made anew. */
function placeFifo(spares: string, path: string): void {
  for (const name of list(spares)) {
    try {
      return renameSync(join(spares, name), path)
    } catch {}
  }
  execFileSync('mkfifo', ['-m', '600', path], { env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' })
}

function list(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}
