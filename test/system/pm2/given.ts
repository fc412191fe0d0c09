import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const run = promisify(execFile)

/** What a program said before it ended by itself. */
interface Said {
  readonly lines: readonly string[]
  readonly stderr: string
}

/** A program's folder, in which `troupe` is installed, with a manager of its own. */
export async function programFolder(): Promise<{
  readonly dir: string
  /** Runs a program that has `pm2`, required by CommonJS or imported by ESM. */
  program(text: string, kind?: 'cjs' | 'mjs'): Promise<Said>
  /** A file to run. */
  script(name: string, text?: string): Promise<void>
  /** Calls the command line through a link that is named `pm2`. */
  pm2(
    words: readonly string[],
    env?: NodeJS.ProcessEnv,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
}> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-pm2-'))
  await mkdir(join(dir, 'node_modules'))
  await symlink(resolve('.'), join(dir, 'node_modules/troupe'))
  await mkdir(join(dir, 'bin'))
  await symlink(resolve('dist/cli/main.js'), join(dir, 'bin/pm2'))
  const env = { PATH: process.env['PATH'], HOME: dir, PM2_HOME: join(dir, 'pm2') }
  const pm2 = async (words: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const options = { cwd: dir, env: { ...env, ...more }, timeout: 60_000 }
    try {
      const { stdout, stderr } = await run(
        process.execPath,
        [join(dir, 'bin/pm2'), ...words],
        options,
      )
      return { code: 0, out: stdout, err: stderr }
    } catch (thrown) {
      const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string }
      return { code, out: stdout, err: stderr }
    }
  }
  onTestFinished(async () => {
    await pm2(['kill'])
    await rm(dir, { recursive: true, force: true })
  })
  return {
    dir,
    pm2,
    async program(text, kind = 'cjs') {
      const path = join(dir, `program.${kind}`)
      const head = {
        cjs: `const pm2 = require('troupe/pm2')`,
        mjs: `import pm2 from 'troupe/pm2'`,
      }
      await writeFile(path, `${head[kind]}\n${text}`)
      const options = { cwd: dir, env, timeout: 60_000 }
      const { stdout, stderr } = await run(process.execPath, [path], options)
      return { lines: stdout.trim().split('\n'), stderr }
    },
    script: (name, text = 'setInterval(() => {}, 1_000)') => writeFile(join(dir, name), text),
  }
}
