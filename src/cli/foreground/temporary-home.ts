import { spawn } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf, TroupeError } from '../../base/errors.ts'
import { type Home, homeAt } from '../../control/home.ts'

/** A home that is gone when its owner is. */
export interface TemporaryHome {
  readonly home: Home
  /** Removes it; what runs in it has been stopped. */
  remove(): Promise<void>
}

/** Waits for its owner to end, in whatever way, and then stops what that one left running. */
const will = `
trap '' HUP INT TERM
cat >/dev/null
[ -d "$TROUPE_HOME" ] || exit 0
"$@" kill >/dev/null 2>&1
rm -rf "$TROUPE_HOME"`

/**
 * Makes a home in the directory for temporary files. Even when this process is killed, no
 * manager, service or file of it is left.
 *
 * @throws TroupeError `E_CONFIG` where nothing can be written
 */
export async function makeTemporaryHome(env: NodeJS.ProcessEnv): Promise<TemporaryHome> {
  const dir = await makeDirectory()
  const cli = fileURLToPath(new URL('../main.js', import.meta.url))
  const executor = spawn('/bin/sh', ['-c', will, 'troupe-will', process.execPath, cli], {
    cwd: '/',
    detached: true,
    env: { ...env, TROUPE_HOME: dir },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // It outlives us on purpose, and its pipe ends with us.
  executor.on('error', () => {})
  executor.unref()
  return {
    home: homeAt(dir),
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }),
  }
}

async function makeDirectory(): Promise<string> {
  try {
    return await mkdtemp(join(await realpath(tmpdir()), 'troupe-run-'))
  } catch (cause) {
    throw new TroupeError('E_CONFIG', `no temporary home can be made: ${messageOf(cause)}`, {
      hint: 'TMPDIR must name a directory that can be written; in a container mount a tmpfs there',
      cause,
    })
  }
}
