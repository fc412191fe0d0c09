import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)

test('called as pm2 it honours PM2_HOME, and prints what scripts grep', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-link-'))
  await symlink(resolve('dist/cli/main.js'), join(dir, 'pm2'))
  const env = {
    PATH: process.env['PATH'],
    HOME: dir,
    PM2_HOME: join(dir, 'home'),
    PM2_KILL_TIMEOUT: '250',
  }
  const pm2 = async (...words: readonly string[]) => {
    const { stdout } = await run(process.execPath, [join(dir, 'pm2'), ...words], { cwd: dir, env })
    return stdout
  }
  onTestFinished(async () => {
    await pm2('kill')
    await rm(dir, { recursive: true, force: true })
  })

  await pm2('start', 'sleep 1000', '--name', 'nap')

  expect(await pm2('describe', 'nap')).toMatch(/kill.*250 ms/)
  expect(JSON.parse(await pm2('jlist'))).toMatchObject([
    {
      name: 'nap',
      pm_id: 0,
      pm2_env: {
        status: 'online',
        exec_mode: 'fork_mode',
        pm_out_log_path: join(dir, 'home/troupe/logs/nap-out.log'),
      },
    },
  ])
  expect(await pm2('prettylist')).toContain("name: 'nap'")
  expect(await pm2('pid', 'nap')).toMatch(/^\d+\n$/)
  expect(await pm2('env', '0')).toContain(`PM2_HOME: ${env.PM2_HOME}\n`)
})
