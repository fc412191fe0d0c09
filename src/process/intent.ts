import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, TroupeError } from '../base/errors.ts'
import type { LaunchRecord } from './host.ts'

/** A launch as it stands on disk, with the boot in which it was meant to happen. */
export interface Intent {
  readonly record: LaunchRecord
  readonly bootId: string
}

/** Rises when a manager that only knows lower numbers would misread a run directory. */
const version = 1

/** Writes the intent of a launch into its run directory. No value of its environment is written but the cookie. */
export async function writeIntent(intent: Intent): Promise<void> {
  const path = join(intent.record.dir, 'intent.json')
  await writeFile(path, intentText(intent), { mode: 0o600, flag: 'wx' })
}

/** What stands in the file of an intent. */
export function intentText({ record, bootId }: Intent): string {
  const { dir: _dir, ...rest } = record
  return `${JSON.stringify({ version, bootId, ...rest }, undefined, 2)}\n`
}

/**
 * Reads the intent in a run directory; undefined when its manager died while writing it, so nothing was spawned.
 *
 * @throws TroupeError `E_FAILED` when a newer Troupe wrote it: adopting what one does not understand would hurt
 */
export async function readIntent(dir: string): Promise<Intent | undefined> {
  const found = parseJson(await readText(join(dir, 'intent.json')))
  if (isWritten(found)) {
    const { version: _version, bootId, ...rest } = found
    return { bootId, record: { ...rest, dir } }
  }
  if (!isFromTheFuture(found)) return undefined
  throw new TroupeError('E_FAILED', `cannot adopt ${dir}: a newer version of Troupe wrote it`, {
    hint: 'start the newer version again, or stop its services with it first',
  })
}

type Written = Omit<LaunchRecord, 'dir'> & { readonly version: number; readonly bootId: string }

/** What each member has to be. Plain checks: the library for these would be a sixth of an idle manager. */
const members: { readonly [K in keyof Written]: (value: unknown) => boolean } = {
  version: (value) => value === version,
  bootId: isText,
  service: isText,
  slot: Number.isSafeInteger,
  launchId: isText,
  cookie: isText,
  argv: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  cwd: isText,
  files: (value) =>
    isRecord(value) &&
    isText(value['out']) &&
    isText(value['error']) &&
    (value['pid'] === undefined || isText(value['pid'])),
  user: (value) => value === undefined || (isRecord(value) && Number.isSafeInteger(value['gid'])),
  at: Number.isFinite,
  role: (value) => value === undefined || value === 'primary' || value === 'worker',
}

function isWritten(found: unknown): found is Written {
  if (!isRecord(found)) return false
  return Object.entries(members).every(([name, isRight]) => isRight(found[name]))
}

function isFromTheFuture(found: unknown): boolean {
  return isRecord(found) && typeof found['version'] === 'number' && found['version'] > version
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
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
