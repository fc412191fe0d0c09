import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { builtCli } from './built.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A shell of a user, with a home of its own: each call is one `troupe …`. */
export interface Shell {
  readonly home: string
  /** Where it is. */
  readonly dir: string
  readonly troupe: (...args: readonly string[]) => Promise<Ran>
}

/** When the test is over, `troupe kill` ends what was started in this shell. */
export async function openShell(env: Readonly<Record<string, string>> = {}): Promise<Shell> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-shell-'))
  const home = join(dir, 'home')
  const { PATH = '/usr/bin:/bin' } = process.env
  const troupe = (...args: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const options = {
        env: { PATH, HOME: dir, TROUPE_HOME: home, NO_COLOR: '1', ...env },
        cwd: dir,
      }
      execFile(process.execPath, [builtCli, ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
        resolve({ code, stdout, stderr })
      })
    })
  onTestFinished(async () => {
    await troupe('kill')
    await rm(dir, { recursive: true, force: true, maxRetries: 3 })
  })
  return { home, dir, troupe }
}
