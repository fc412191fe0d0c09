import { execFile } from 'node:child_process'
import { access, chmod, constants, readFile, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { messageOf, TroupeError } from '../../base/errors.ts'
import type { BootMachine } from './machine.ts'

const execute = promisify(execFile)

/** The machine that this process runs on. */
export function thisMachine(env: NodeJS.ProcessEnv): BootMachine {
  const { username, uid } = userInfo()
  const asked = uid === 0 ? env['SUDO_USER'] : undefined
  return {
    isRoot: uid === 0,
    user: asked === undefined || asked === '' ? username : asked,
    node: process.execPath,
    cli: fileURLToPath(new URL('../main.js', import.meta.url)),
    hasTool: (name) => isOnPath(name, env['PATH'] ?? ''),
    homeOf,
    async write(file, text, mode) {
      await writeFile(file, text, { mode })
      // The mode above counts for a new file only.
      await chmod(file, mode)
    },
    exists: (file) => isThere(file, constants.F_OK),
    remove: (file) => rm(file),
    async run([command, ...args]) {
      try {
        await execute(command, args)
      } catch (cause) {
        const what = [command, ...args].join(' ')
        throw new TroupeError('E_FAILED', `${what} failed: ${wordsOf(cause)}`, { cause })
      }
    },
  }
}

/** What a command said first, or else that it failed. */
function wordsOf(cause: unknown): string {
  const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
  return said === '' ? messageOf(cause).trim() : (said.split('\n')[0] ?? '')
}

async function isOnPath(name: string, path: string): Promise<boolean> {
  // sudo and small shells leave out where such tools stand.
  const dirs = [...path.split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin']
  for (const dir of dirs.filter((each) => each !== '')) {
    if (await isThere(join(dir, name), constants.X_OK)) return true
  }
  return false
}

function isThere(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

async function homeOf(user: string): Promise<string | undefined> {
  const own = userInfo()
  if (own.username === user) return own.homedir
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const entry = text.split('\n').find((line) => line.startsWith(`${user}:`))
  return entry?.split(':')[5]
}
