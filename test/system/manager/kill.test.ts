import { rmSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { readVariable } from '../../../src/process/proc.ts'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning, tracesOf } from '../../support/traces.ts'
import { startManager } from '../../support/troupe.ts'

test('kill stops services whose manager has left, and so does one whose socket was removed', async () => {
  const { home, troupe } = await openShell()
  await troupe('start', 'sleep 1000', '--name', 'api')
  await troupe('detach')
  expect((await troupe('detach')).stdout).toContain('1 process of a service runs on without one')

  const killed = await troupe('kill')

  expect(killed).toMatchObject({ code: 0, stdout: '1 instance and the manager stopped\n' })
  expect(tracesOf(home)).toEqual([])
  expect((await troupe('kill')).stdout).toContain('nothing to stop')

  await troupe('start', 'api')
  rmSync(`${home}/manager.sock`)
  expect((await troupe('kill')).stdout).toBe('1 instance and the manager stopped\n')
  expect(tracesOf(home)).toEqual([])
})

test('doctor shows processes that belong to no instance, and how to end them', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [{ name: 'api', script: 'sleep 1000' }] })
  const [carrier] = troupe.traces()
  expect((await findings()).map(({ verdict }) => verdict)).toEqual(['ok'])
  const [managerId = ''] = readVariable(carrier?.pid ?? 0, 'TROUPE_COOKIE')?.split(':') ?? []
  const stray = spawn('sleep', ['2000'], {
    env: { ...process.env, TROUPE_COOKIE: `${managerId}:gone.0.1:nonce` },
  })
  onTestFinished(() => void stray.kill('SIGKILL'))

  const [found] = await findings()

  expect(found).toMatchObject({ verdict: 'warning', next: `kill -9 ${stray.pid}` })
  stray.kill('SIGKILL')
  await eventually('it is gone', () => (isRunning(stray.pid ?? 0) ? undefined : true))
  expect((await findings()).map(({ verdict }) => verdict)).toEqual(['ok'])

  async function findings() {
    const all = (await troupe.client.command('doctor', [], {})).findings
    return all.filter(({ about }) => about === 'orphans')
  }
})
