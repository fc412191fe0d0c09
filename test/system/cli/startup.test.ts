import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { foregroundLine } from '../../../src/cli/boot/unit.ts'
import { builtCli } from '../../support/built.ts'
import { openShell, type Shell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'

const unit = 'troupe-test.service'

/** An init system of which only `systemctl list-jobs` is left, and the line that it would run at boot. */
async function givenInit() {
  const bin = await mkdtemp(join(tmpdir(), 'troupe-init-'))
  onTestFinished(() => rm(bin, { recursive: true, force: true }))
  const shell = await openShell({
    PATH: `${bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    MAINPID: '1',
  })
  return {
    ...shell,
    async job(line: string) {
      await writeFile(join(bin, 'systemctl'), `#!/bin/sh\necho '${line}'\n`)
      await chmod(join(bin, 'systemctl'), 0o755)
    },
    boot: () => boot(shell),
  }
}

/** Runs what the unit runs; resolves once the manager answers, without having started one. */
async function boot(shell: Shell): Promise<ChildProcess> {
  const line = foregroundLine({
    name: '',
    user: '',
    home: '',
    path: '',
    node: process.execPath,
    cli: builtCli,
  })
  const { PATH = '/usr/bin:/bin' } = process.env
  const main = spawn('/bin/sh', ['-c', line], {
    env: { PATH, TROUPE_HOME: shell.home },
    stdio: 'ignore',
  })
  await eventually('a manager answers', async () => {
    const { stdout } = await shell.troupe('doctor')
    return stdout.includes('✓  manager') ? true : undefined
  })
  return main
}

async function pidsIn({ troupe }: Shell): Promise<readonly number[]> {
  return (await troupe('pid')).stdout.trim().split('\n').map(Number)
}

test('a restart of the unit leaves the services alone; a stop stops them, and the next boot brings back what was up', async () => {
  const init = await givenInit()
  const first = await init.boot()
  await init.troupe('start', 'sleep 1000', '--name', 'up')
  await init.troupe('start', 'sleep 1001', '--name', 'down')
  await init.troupe('stop', 'down')
  const [pid = 0] = await pidsIn(init)

  await init.job(`7 ${unit} restart running`)
  expect(await init.troupe('part', 'systemd', unit)).toMatchObject({ code: 0 })
  await eventually('the loop ended well', () => (first.exitCode === 0 ? true : undefined))
  expect(isRunning(pid)).toBe(true)
  const second = await init.boot()
  expect(await pidsIn(init)).toEqual([pid, 0])

  await init.job(`8 ${unit} stop running`)
  expect(await init.troupe('part', 'systemd', unit)).toMatchObject({ code: 0 })
  await eventually('the loop ended well', () => (second.exitCode === 0 ? true : undefined))
  expect(isRunning(pid)).toBe(false)

  await init.boot()
  await eventually('what was up is up', async () => {
    const [up = 0, down] = await pidsIn(init)
    return up > 0 && up !== pid && down === 0 ? true : undefined
  })
})

test('a manager that ended by itself takes no service with it when systemd then runs ExecStop', async () => {
  const init = await givenInit()
  const main = await init.boot()
  await init.troupe('start', 'sleep 1000', '--name', 'up')
  const [pid = 0] = await pidsIn(init)
  await init.job('7 other.service stop running')
  await init.troupe('detach')
  await eventually('the loop ended well', () => (main.exitCode === 0 ? true : undefined))

  expect(await init.troupe('part', 'systemd', unit)).toMatchObject({ code: 0, stdout: '' })

  expect(isRunning(pid)).toBe(true)
})
