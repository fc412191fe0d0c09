import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { startManager } from '../../support/troupe.ts'

test('a service that ignores every signal, and its grandchildren in other sessions, are gone after a stop', async () => {
  const troupe = await startManager()
  await troupe.declare({
    apps: [{ name: 'deaf', script: fixture('deaf-family.sh'), kill_timeout: 200 }],
  })
  const family = await eventually('the family is complete', () => {
    const sleepers = troupe.traces().filter(({ command }) => command === 'sleep 1000')
    return sleepers.length >= 3 ? troupe.traces() : undefined
  })

  const { instances } = await troupe.client.stop('deaf')

  expect(instances).toMatchObject([{ state: 'stopped' }])
  expect(family.filter(({ pid }) => isRunning(pid))).toEqual([])
  expect(troupe.traces()).toEqual([])
})

test('a restart begins the new process only after the old one has gone', async () => {
  const troupe = await startManager()
  await troupe.declare({
    apps: [{ name: 'slow', script: fixture('slow-to-stop.mjs'), env: { STOP_MS: 300 } }],
  })
  await troupe.ready('slow')
  const before = await troupe.pidOf('slow')

  await troupe.client.restart('slow')

  expect(isRunning(before)).toBe(false)
  expect(await troupe.pidOf('slow')).not.toBe(before)
  const [exited] = troupe.events('instance.exited', 'slow')
  const spawned = troupe.events('instance.spawned', 'slow').at(-1)
  expect(exited?.data).toMatchObject({ exit: { code: 0 }, planned: true })
  expect(Date.parse(spawned?.time ?? '')).toBeGreaterThanOrEqual(exited?.data.exitedAt ?? Infinity)
})

test('a process that somebody kills outright is back at once', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [{ name: 'web', script: 'sleep 1000', min_uptime: 100 }] })
  const { pid = 0 } = await troupe.view('web')
  await eventually('the run is stable', () =>
    troupe.events('instance.stable').length > 0 ? true : undefined,
  )

  process.kill(pid, 'SIGKILL')
  await eventually('another one lives', async () =>
    (await troupe.pidOf('web')) !== pid ? true : undefined,
  )

  expect(troupe.events('instance.exited')).toMatchObject([
    { data: { exit: { signal: 'SIGKILL' }, planned: false, pid } },
  ])
  expect(troupe.events('instance.backoff')).toMatchObject([{ data: { delayMs: 0 } }])
  expect(await troupe.why('web')).toContain('SIGKILL')
})

test('a service that keeps failing is given up, with its last words as evidence', async () => {
  const troupe = await startManager()
  const { instances } = await troupe.declare({
    apps: [
      {
        name: 'bad',
        script: "echo 'no such table: users' >&2; exit 3",
        max_restarts: 3,
        restart_delay: 20,
      },
    ],
  })
  expect(instances).toHaveLength(1)

  await troupe.until('bad', 'errored')

  const [errored] = troupe.events('instance.errored')
  expect(errored?.data).toMatchObject({
    why: '3 unstable exits in a row, max_restarts is 3',
    evidence: expect.arrayContaining(['no such table: users']),
  })
  expect(troupe.events('instance.exited').map(({ data }) => data.exit)).toEqual([
    { code: 3 },
    { code: 3 },
    { code: 3 },
  ])
  expect(await troupe.why('bad')).toContain('last line: "no such table: users"')
})

test('the story of a Node service that threw ends with what it threw, not with its stack', async () => {
  const troupe = await startManager()
  const script = join(troupe.home.dir, 'app.cjs')
  await writeFile(script, "setTimeout(() => { throw new Error('the cellar is flooded') })")
  await troupe.declare({ apps: [{ name: 'bad', script, max_restarts: 1 }] })

  await troupe.until('bad', 'errored')

  expect(await troupe.why('bad')).toContain(
    'exited: code 1 · last line: "Error: the cellar is flooded"',
  )
})
