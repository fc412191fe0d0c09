import { spawn } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Client } from '../../../src/control/client.ts'
import { connectTo } from '../../../src/control/connect.ts'
import type { Home } from '../../../src/control/home.ts'
import { lockHolder, takeLock } from '../../../src/control/lock.ts'
import { request } from '../../../src/control/request.ts'
import { ensureManager } from '../../../src/control/start-manager.ts'
import { freshHome } from './given.ts'

const { env } = process
const tiny = [
  process.execPath,
  '--import',
  'jiti/register',
  new URL('tiny-manager.ts', import.meta.url).pathname,
]

function ensured(home: Home, argv: readonly string[] = tiny) {
  // `jiti/register` is found from here, not from the home that a manager runs in.
  const argvHere = ['/bin/sh', '-c', `cd '${process.cwd()}' && exec "$0" "$@"`, ...argv]
  return ensureManager(home, { argv: argvHere, env })
}

function ask(client: Client, op: 'ping' | 'kill') {
  const { ns, host } = client.greeting
  const channel = `troupe:${ns}:cmd:host:${host}`
  return request(client, { ns, channel, op, services: [], params: {} })
}

/** Stops the manager that a test started, by its pid and while it holds the test's own home. */
function stopAtEnd(home: Home): void {
  onTestFinished(async () => {
    const pid = await lockHolder(home)
    if (pid !== undefined && pid > 0 && pid !== process.pid) process.kill(pid, 'SIGKILL')
  })
}

test('a manager is started where none is, and found where one is', async () => {
  const home = await freshHome()
  stopAtEnd(home)

  const first = await ensured(home)
  const second = await ensured(home)

  expect([first.isNew, second.isNew]).toEqual([true, false])
  expect(await ask(second.client, 'ping')).toEqual(await ask(first.client, 'ping'))
})

test('two callers at the same time end with one manager', async () => {
  const home = await freshHome()
  stopAtEnd(home)

  const both = await Promise.all([ensured(home), ensured(home)])

  const [first, second] = await Promise.all(both.map(({ client }) => ask(client, 'ping')))
  expect(first).toEqual(second)
  // The other has seen that it came too late, and has left.
  await expect.poll(() => readFile(home.logFile, 'utf8')).toContain('a manager lives in')
  expect((await readFile(home.pidFile, 'utf8')).split('\n')[0]).toBe(String(await lockHolder(home)))
})

test('a manager that was killed outright is replaced', async () => {
  const home = await freshHome()
  stopAtEnd(home)
  const first = await ensured(home)
  const pid = await lockHolder(home)
  if (pid === undefined) throw new Error('nobody holds the lock')

  process.kill(pid, 'SIGKILL')
  expect((await first.client.closed).kind).toBe('lost')
  const second = await ensured(home)

  expect(second.isNew).toBe(true)
  expect(await lockHolder(home)).not.toBe(pid)
})

test('a manager that is about to leave is waited for, then followed by a new one', async () => {
  const home = await freshHome()
  stopAtEnd(home)
  await mkdir(home.dir, { mode: 0o700 })
  const lock = await takeLock(home)

  const coming = ensured(home)
  await expect
    .poll(() => readFile(home.logFile, 'utf8').catch(() => ''))
    .toContain('a manager lives in')
  await lock.release()

  expect((await coming).isNew).toBe(true)
})

test('a manager that cannot start is quoted', async () => {
  const home = await freshHome()

  const outcome = ensured(home, [
    '/bin/sh',
    '-c',
    'echo first words; echo no room on disk >&2; exit 3',
  ])

  await expect(outcome).rejects.toMatchObject({
    code: 'E_MANAGER_UNREACHABLE',
    message: expect.stringMatching(/it ended with 3\n {2}first words\n {2}no room on disk$/),
  })
})

test('a program that cannot be run is named', async () => {
  const home = await freshHome()

  const outcome = ensureManager(home, { argv: [`${home.dir}/nothing`], env })

  await expect(outcome).rejects.toMatchObject({ message: expect.stringContaining('ENOENT') })
})

test('a frozen manager is neither replaced nor waited for', async () => {
  const home = await freshHome()
  stopAtEnd(home)
  const { client } = await ensured(home)
  const pid = await lockHolder(home)
  if (pid === undefined) throw new Error('nobody holds the lock')
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => void process.kill(pid, 'SIGKILL'))

  await expect(ensured(home)).rejects.toMatchObject({ code: 'E_TIMEOUT' })
  await client.close()
})

test('the library starts a manager only where it was asked to', async () => {
  const home = await freshHome()
  stopAtEnd(home)
  const program = async () => ['/bin/sh', '-c', `cd '${process.cwd()}' && exec "$0" "$@"`, ...tiny]

  await expect(connectTo(program, { home: home.dir })).rejects.toMatchObject({
    code: 'E_MANAGER_UNREACHABLE',
  })
  const troupe = await connectTo(program, { home: home.dir, startManager: true })

  expect(await troupe.ping()).toEqual({ pid: await lockHolder(home) })
  await troupe.close()
})

test('the lock of a process vanishes with it', async () => {
  const home = await freshHome()
  await mkdir(home.dir, { mode: 0o700 })
  const holder = spawn(tiny[0] ?? '', tiny.slice(1), { env: { ...env, TROUPE_HOME: home.dir } })
  onTestFinished(() => void holder.kill('SIGKILL'))
  await expect.poll(() => lockHolder(home), { timeout: 10_000 }).toBe(holder.pid)
  await expect(takeLock(home)).rejects.toMatchObject({
    code: 'E_MANAGER_LOCKED',
    message: `a manager lives in ${home.dir}, pid ${holder.pid}`,
  })

  holder.kill('SIGKILL')
  await expect.poll(() => lockHolder(home)).toBeUndefined()

  const lock = await takeLock(home)
  await lock.release()
})
