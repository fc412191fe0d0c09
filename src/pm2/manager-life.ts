import { rm, rmdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { success, type Success } from './acting.ts'
import type { Bus } from './bus.ts'
import type { Places } from './home.ts'
import type { Link } from './link.ts'

/** Stops every service and the manager; every bus has told it before this resolves. */
export async function kill(link: Link, buses: readonly Bus[]): Promise<Success> {
  const troupe = await link.open()
  await troupe.command('kill', [], {})
  await link.parted()
  for (const bus of buses) bus.killed()
  return success
}

/** Replaces the manager by one of the version that is installed; no service notices. */
export async function replace(link: Link): Promise<Success> {
  const troupe = await link.open()
  await troupe.command('detach', [], {})
  await link.parted()
  await link.open()
  return success
}

/**
 * Stops everything and removes the home; the folder around it as well, where nothing else is in it.
 *
 * @throws Error for a home that people use
 */
export async function destroy(
  link: Link,
  buses: readonly Bus[],
  { home, pm2Home }: Places,
): Promise<Success> {
  if (home === join(homedir(), '.troupe') || home.includes('.pm2')) {
    throw new Error(`${home} is not removed: services of yours may be in it`)
  }
  await kill(link, buses)
  await rm(home, { recursive: true, force: true })
  if (pm2Home !== home) await rmdir(pm2Home).catch(() => {})
  return success
}
