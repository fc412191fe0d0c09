import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { errnoOf } from '../base/errors.ts'
import { type DumpEntry, isDump } from './from-pm2/dump.ts'
import type { Places } from './home.ts'
import type { ProcessDescription } from './process-description.ts'

/** Where dumps stand; all paths are absolute. */
export interface DumpPlaces {
  /** Where scripts look for what `save` wrote. */
  readonly usual: string
  /** Where it is written instead, when PM2's own lies there. */
  readonly beside: string
  /** Where PM2 keeps its own. */
  readonly ofPm2: string
}

/** Where a dump is read and written. `PM2_DUMP_FILE_PATH` counts as in PM2, and PM2's own dump is only read. */
export function dumpPlaces(
  env: Readonly<Record<string, string | undefined>>,
  { home, pm2Home }: Places,
): DumpPlaces {
  const named = env['PM2_DUMP_FILE_PATH']
  const usual = named === undefined || named === '' ? join(pm2Home, 'dump.pm2') : named
  const isDefault = usual === join(homedir(), '.troupe', 'dump.pm2')
  return {
    usual,
    beside: join(home, 'dump.pm2'),
    ofPm2: isDefault ? join(homedir(), '.pm2', 'dump.pm2') : usual,
  }
}

/** Tells a dump of ours from one of PM2. */
const mark = '_troupe_version'

/**
 * Writes what runs in the shape of PM2's dump, for scripts that read it; the one before becomes `.bak`. Values of variables are
 * not in it, and a dump that PM2 wrote is never written over.
 *
 * @returns the file
 */
export async function writeDump(
  { usual, beside }: DumpPlaces,
  processes: readonly ProcessDescription[],
  version: string,
): Promise<string> {
  const file = (await ofPm2In(usual)) === undefined ? usual : beside
  await copyFile(file, `${file}.bak`).catch(absent)
  const entries = processes.map(({ pm2_env }) => {
    const { instances: _, pm_id: __, ...kept } = pm2_env
    return { ...kept, [mark]: version }
  })
  const fresh = `${file}.${process.pid}`
  await writeFile(fresh, JSON.stringify(entries, undefined, 2), { mode: 0o600 })
  await rename(fresh, file)
  return file
}

/** Removes dumps of ours. */
export async function removeDump({ usual, beside }: DumpPlaces): Promise<void> {
  const files = [usual, beside].flatMap((file) => [file, `${file}.bak`])
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop
    if ((await ofPm2In(file)) === undefined) await rm(file, { force: true })
  }
}

/** The processes that PM2 left in its dump, or else in the one before; none where there is none. */
export async function dumpOfPm2({ ofPm2 }: DumpPlaces): Promise<readonly DumpEntry[]> {
  return (await ofPm2In(ofPm2)) ?? (await ofPm2In(`${ofPm2}.bak`)) ?? []
}

/** The PM2 that still runs beside a dump. */
export async function livingPm2({ ofPm2 }: DumpPlaces): Promise<number | undefined> {
  const pid = Number(await readFile(join(dirname(ofPm2), 'pm2.pid'), 'utf8').catch(absent))
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined
  try {
    process.kill(pid, 0)
    return pid
  } catch (thrown) {
    return errnoOf(thrown) === 'EPERM' ? pid : undefined
  }
}

async function ofPm2In(file: string): Promise<readonly DumpEntry[] | undefined> {
  const text = await readFile(file, 'utf8').catch(absent)
  const raw = text === undefined ? undefined : parsed(text)
  return isDump(raw) && raw.every((entry) => !Object.hasOwn(entry, mark)) ? raw : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function absent(thrown: unknown): undefined {
  if (errnoOf(thrown) !== 'ENOENT') throw thrown
}
