import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errnoOf, TroupeError } from '../base/errors.ts'
import type { LaunchRecord } from './host.ts'

/** A launch as it stands on disk, with the boot in which it was meant to happen. */
export interface Intent {
  readonly record: LaunchRecord
  readonly bootId: string
}

/** Rises when a manager that only knows lower numbers would misread a run directory. */
const version = 1

const shape = z.object({
  version: z.literal(version),
  bootId: z.string(),
  service: z.string(),
  slot: z.int(),
  launchId: z.string(),
  cookie: z.string(),
  argv: z.tuple([z.string()], z.string()),
  cwd: z.string(),
  files: z.object({ out: z.string(), error: z.string(), pid: z.string().exactOptional() }),
  at: z.number(),
})

/** Writes the intent of a launch into its run directory. No value of its environment is written but the cookie. */
export async function writeIntent({ record, bootId }: Intent): Promise<void> {
  const { dir, ...rest } = record
  const text = JSON.stringify({ version, bootId, ...rest }, undefined, 2)
  await writeFile(join(dir, 'intent.json'), `${text}\n`, { mode: 0o600, flag: 'wx' })
}

/**
 * Reads the intent in a run directory; undefined when its manager died while writing it, so nothing was spawned.
 *
 * @throws TroupeError `E_FAILED` when a newer Troupe wrote it: adopting what one does not understand would hurt
 */
export async function readIntent(dir: string): Promise<Intent | undefined> {
  const found = parseJson(await readText(join(dir, 'intent.json')))
  const parsed = shape.safeParse(found)
  if (parsed.success) {
    const { version: _version, bootId, ...rest } = parsed.data
    return { bootId, record: { ...rest, dir } }
  }
  if (!isFromTheFuture(found)) return undefined
  throw new TroupeError('E_FAILED', `cannot adopt ${dir}: a newer version of Troupe wrote it`, {
    hint: 'start the newer version again, or stop its services with it first',
  })
}

function isFromTheFuture(found: unknown): boolean {
  const parsed = z.object({ version: z.number().gt(version) }).safeParse(found)
  return parsed.success
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return ''
    throw error
  }
}
