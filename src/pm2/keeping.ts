import type { ActedProcess } from './shapes.ts'
import { actedProcess } from './shapes.ts'
import { success, type Success } from './acting.ts'
import { type DumpPlaces, dumpOfPm2, livingPm2, removeDump, writeDump } from './dump-file.ts'
import { importDump } from './from-pm2/dump.ts'
import type { Link } from './link.ts'
import { Several } from './several.ts'
import { dirname } from 'node:path'

/** @throws Error where nothing is declared: it would take the place of a list that is worth something */
export async function dump(link: Link, places: DumpPlaces, isForced: boolean): Promise<Success> {
  const troupe = await link.open()
  const processes = await link.describe()
  if (processes.length === 0 && !isForced) {
    throw new Error('Process list empty, cannot save empty list')
  }
  await troupe.command('save', [], {})
  await writeDump(places, processes, (await troupe.ping()).version)
  return success
}

/** Forgets what was saved; what is declared stays. */
export async function clearDump(link: Link, places: DumpPlaces): Promise<void> {
  const troupe = await link.open()
  await troupe.command('save', [], { clear: true })
  await removeDump(places)
}

/** Brings back what was saved; where nothing ever was, what PM2 left here. */
export async function resurrect(link: Link, places: DumpPlaces): Promise<readonly ActedProcess[]> {
  const troupe = await link.open()
  const { instances } = await troupe.command('resurrect', [], {})
  const isEmpty = instances.length === 0 && (await troupe.list()).length === 0
  return isEmpty ? takeOver(link, places) : instances.map(actedProcess)
}

/**
 * Declares what stands in a dump of PM2, each app for itself: one that is broken stops no other.
 *
 * @throws Error while that PM2 runs: everything would run twice
 * @throws Several for the apps that cannot be started
 */
export async function takeOver(link: Link, places: DumpPlaces): Promise<readonly ActedProcess[]> {
  const entries = await dumpOfPm2(places)
  if (entries.length === 0) return []
  const pid = await livingPm2(places)
  if (pid !== undefined) {
    throw new Error(
      `${places.ofPm2} is that of a PM2 that runs, pid ${pid}; stop it first: pm2 kill`,
    )
  }
  const { apps } = importDump(entries, { pm2Home: dirname(places.ofPm2), shell: process.env })
  const taken: ActedProcess[] = []
  const failed: Error[] = []
  for (const app of apps) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      const { instances } = await link.declare(app, {}, 'restart')
      taken.push(...instances.map(actedProcess))
    } catch (thrown) {
      failed.push(...(thrown instanceof Several ? thrown.errors : [thrown]))
    }
  }
  if (failed.length > 0) throw new Several(failed, 'not everything was brought back', taken)
  return taken
}
