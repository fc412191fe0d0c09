import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { DeclaredApp } from '../../../src/control/declare.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'

/** Says what it reads, and when that ends. */
const echo = { name: 'echo', script: '/bin/sh', args: ['-c', 'cat; echo ended'], kill_timeout: 100 }
const deaf = { name: 'deaf', script: 'sleep 1000' }

async function running(...apps: readonly DeclaredApp[]): Promise<TestTroupe> {
  const troupe = await startManager()
  await troupe.declare({ apps })
  return troupe
}

const write = (troupe: TestTroupe, service: string, line: string, separator?: string) =>
  troupe.client.command('stdin', service, {
    line,
    ...(separator === undefined ? {} : { separator }),
  })

async function linesOf(troupe: TestTroupe, service: string): Promise<readonly string[]> {
  const { lines } = await troupe.client.command('logs', service, { streams: ['out'] })
  return lines.map(({ line }) => line)
}

const read = (troupe: TestTroupe, service: string, ...expected: readonly string[]) =>
  eventually(`${service} has read ${expected.join()}`, async () => {
    const lines = await linesOf(troupe, service)
    return JSON.stringify(lines) === JSON.stringify(expected) ? true : undefined
  })

/** Until the pipe of a service that does not read takes no more. */
async function fill(troupe: TestTroupe, service: string): Promise<void> {
  const line = 'x'.repeat(4_000)
  for (let lines = 0; lines < 20; lines++) await write(troupe, service, line)
}

test('a line reaches what reads standard input, and a Node service its process.stdin', async () => {
  const code = `process.stdin.setEncoding('utf8').on('data', (text) => console.log(JSON.stringify(text)))`
  const node = { name: 'node', script: process.execPath, args: ['-e', code], interpreter: 'none' }
  const troupe = await running(echo, node)

  await write(troupe, 'echo', 'good day')
  await write(troupe, 'node', 'one', ';')

  await read(troupe, 'echo', 'good day')
  await read(troupe, 'node', '"one;"')
  expect(await linesOf(troupe, 'echo')).toEqual(['good day'])
})

test('no death of a manager ends standard input, and the next manager writes to it', async () => {
  const troupe = await running(echo)
  await write(troupe, 'echo', 'before')
  await read(troupe, 'echo', 'before')
  const pid = await troupe.pidOf('echo')

  await troupe.withoutManager(async () => expect(isRunning(pid)).toBe(true))
  await troupe.reconnect()
  await troupe.until('echo', 'online')
  await write(troupe, 'echo', 'after')

  await read(troupe, 'echo', 'before', 'after')
  expect(await troupe.pidOf('echo')).toBe(pid)
})

test('a service that never reads fills up without holding anybody', async () => {
  const troupe = await running(deaf, echo)

  await expect(fill(troupe, 'deaf')).rejects.toMatchObject({
    code: 'E_BUSY',
    message: 'deaf#0 did not get it: its standard input is full, because it does not read',
  })

  await write(troupe, 'echo', 'still here')
  await read(troupe, 'echo', 'still here')
  expect(await troupe.view('deaf')).toMatchObject({ state: 'online' })
})

test('a line arrives in one piece or not at all', async () => {
  const troupe = await running(echo)
  const longest = 'é'.repeat(2_047)

  await write(troupe, 'echo', longest)

  await read(troupe, 'echo', longest)
  await expect(write(troupe, 'echo', `${longest}ab`)).rejects.toMatchObject({
    code: 'E_TOO_LARGE',
  })
})

test('each instance gets the line, and one of them alone when it is named', async () => {
  const troupe = await running({ ...echo, instances: 2, exec_mode: 'fork', merge_logs: true })

  await write(troupe, 'echo', 'both')
  await read(troupe, 'echo', 'both', 'both')
  const { instances } = await write(troupe, 'echo#1', 'one')

  await read(troupe, 'echo', 'both', 'both', 'one')
  expect(instances.map(({ slot }) => slot)).toEqual([1])
})

test('where there is no standard input that is said, and what reads it comes to its end', async () => {
  const worker = {
    name: 'worker',
    script: join(import.meta.dirname, '../../fixtures/http-server.mjs'),
  }
  const troupe = await running(
    { ...echo, stdin: 'null', autorestart: false },
    { ...worker, instances: 1, env: { PORT: '0' } },
    { ...deaf, stdin: 'null' },
  )

  await read(troupe, 'echo', 'ended')
  await expect(write(troupe, 'deaf', 'x')).rejects.toMatchObject({
    message: 'deaf#0 did not get it: its standard input is /dev/null',
  })
  await expect(write(troupe, 'worker', 'x')).rejects.toMatchObject({
    message: 'worker runs in cluster mode, and its workers have no standard input of their own',
  })
  await troupe.client.stop('deaf')
  await expect(write(troupe, 'deaf', 'x')).rejects.toMatchObject({
    message: 'deaf#0 did not get it: no process of it runs',
  })
})

test('a job that reads to the end comes to its end', async () => {
  const troupe = await running({ ...echo, schedule: '0 0 1 1 *', autorestart: false })

  await troupe.client.start('echo')

  await read(troupe, 'echo', 'ended')
  await eventually('it is over', () => troupe.events('instance.completed', 'echo')[0])
  expect(troupe.events('instance.exited', 'echo')).toHaveLength(1)
})

test.skipIf(process.getuid?.() !== 0)(
  'a service of another user reads it, and opens it again',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'troupe-stdin-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const whose = { uid: 65_534, gid: 65_534, cwd: '/' }
    const args = ['-c', 'head -n 1; exec cat /dev/stdin']
    const troupe = await running({ name: 'theirs', script: '/bin/sh', args, ...whose })

    await write(troupe, 'theirs', 'one')
    await read(troupe, 'theirs', 'one')
    await write(troupe, 'theirs', 'two')

    await read(troupe, 'theirs', 'one', 'two')
    expect(await troupe.view('theirs')).toMatchObject({ state: 'online', restarts: 0 })
  },
)

test('nothing of it is left when the service is deleted', async () => {
  const troupe = await running(echo)
  const pipes = () =>
    readdirSync(join(troupe.home.dir, 'run'))
      .map((name) => join(troupe.home.dir, 'run', name, 'stdin'))
      .filter((path) => existsSync(path))
  expect(pipes()).toHaveLength(1)

  await troupe.client.command('delete', 'echo', {})

  await eventually('its pipe is gone', () => (pipes().length === 0 ? true : undefined))
})
