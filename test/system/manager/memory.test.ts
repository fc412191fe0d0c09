import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { startManager } from '../../support/troupe.ts'

// What a manager must still know when it is the successor of one that was killed.

test('a service that completed stays so', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [{ name: 'job', script: 'echo done', autorestart: false }] })
  await eventually('the job is done', () =>
    troupe.events('instance.completed').length > 0 ? true : undefined,
  )

  await troupe.killManager()
  await troupe.reconnect()

  expect(await troupe.view('job')).toMatchObject({
    state: 'stopped',
    why: 'code 0, and autorestart is off',
  })
  expect(troupe.events('instance.spawned')).toHaveLength(1)
})

test('a service that was given up stays given up, and starts when somebody asks', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [{ name: 'bad', script: 'exit 3', max_restarts: 1 }] })
  await troupe.until('bad', 'errored')

  await troupe.killManager()
  await troupe.reconnect()

  expect(await troupe.view('bad')).toMatchObject({
    state: 'errored',
    why: '1 unstable exit in a row, max_restarts is 1',
  })
  expect(troupe.events('instance.spawned')).toHaveLength(1)

  await troupe.client.start('bad')
  await troupe.until('bad', 'errored')

  expect(troupe.events('instance.spawned')).toHaveLength(2)
})

test('a wait before the next try is not begun anew', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [{ name: 'bad', script: 'exit 3', restart_delay: 3_000 }] })
  const { dueAt } = await troupe.until('bad', 'backoff')

  await troupe.killManager()
  await troupe.reconnect()

  expect(await troupe.view('bad')).toMatchObject({ state: 'backoff', dueAt })
  const second = await eventually('it tries again', () => troupe.events('instance.spawned')[1])
  const late = Date.parse(second.time) - (dueAt ?? 0)
  expect(late).toBeGreaterThanOrEqual(-20)
  expect(late).toBeLessThan(2_000)
})

test('a wait that would have ended while nobody lived ends at once', async () => {
  const troupe = await startManager()
  await troupe.declare({
    apps: [{ name: 'bad', script: 'exit 3', restart_delay: 500, max_restarts: 2 }],
  })
  const { dueAt = 0 } = await troupe.until('bad', 'backoff')

  await troupe.withoutManager(() =>
    eventually('its time has come', () => (Date.now() > dueAt ? true : undefined)),
  )
  await troupe.reconnect()

  await troupe.until('bad', 'errored')
  expect(troupe.events('instance.spawned')).toHaveLength(2)
})

test('a crash loop gets no fresh budget from deaths of the manager', async () => {
  const troupe = await startManager()
  await troupe.declare({
    apps: [{ name: 'bad', script: 'exit 3', restart_delay: 250, max_restarts: 5 }],
  })

  for (const tries of [1, 2, 3]) {
    await eventually(`it has failed ${tries} times`, () =>
      troupe.events('instance.exited').length >= tries ? true : undefined,
    )
    await troupe.killManager()
    await troupe.reconnect()
  }

  expect(await troupe.until('bad', 'errored')).toMatchObject({
    why: '5 unstable exits in a row, max_restarts is 5',
  })
  expect(troupe.events('instance.exited')).toHaveLength(5)
  expect(troupe.events('instance.spawned')).toHaveLength(5)
})

test('a stop that the manager did not live to finish is finished by the next', async () => {
  const troupe = await startManager()
  await troupe.declare({
    apps: [{ name: 'deaf', script: fixture('deaf-family.sh'), kill_timeout: 1_500 }],
  })
  await troupe.ready('deaf')
  const family = troupe.traces()
  const stopping = troupe.client.stop('deaf').catch(() => undefined)
  await eventually('the stop is under way', () => troupe.events('instance.stopping')[0])

  await troupe.killManager()
  await stopping
  await troupe.reconnect()
  await troupe.until('deaf', 'stopped')

  expect(family.filter(({ pid }) => isRunning(pid))).toEqual([])
  expect(troupe.traces()).toEqual([])
})

test('a service that was stopped stays stopped', async () => {
  const troupe = await startManager()
  await troupe.declare({
    apps: [
      { name: 'a', script: 'sleep 1000' },
      { name: 'b', script: 'sleep 1000' },
    ],
  })
  await troupe.client.stop('a')

  await troupe.killManager()
  await troupe.reconnect()

  expect(await troupe.view('a')).toMatchObject({ state: 'stopped' })
  expect(await troupe.view('b')).toMatchObject({ state: 'online' })
})

test('the true end of a service that died while nobody watched is told by describe and why', async () => {
  const troupe = await startManager()
  const go = join(troupe.home.dir, 'go')
  await troupe.declare({
    apps: [
      { name: 'mortal', script: fixture('ends-when-told.sh'), args: [go, '7'], autorestart: false },
    ],
  })
  const pid = await troupe.pidOf('mortal')

  await troupe.withoutManager(async () => {
    await writeFile(go, '')
    await eventually('it is gone', () => (isRunning(pid) ? undefined : true))
  })
  await troupe.reconnect()
  await troupe.until('mortal', 'stopped')

  const [described] = await troupe.client.describe('mortal')
  expect(described?.instances[0]?.exits).toMatchObject([
    { exit: { code: 7 }, pid, observedLate: true, lastLogLines: ['ready', 'done'] },
  ])
  expect(await troupe.why('mortal')).toContain(
    'code 7 · while no manager watched · last line: "done"',
  )
})
