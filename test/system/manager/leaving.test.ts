import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isRunning, parentOf } from '../../support/traces.ts'
import { startManager } from '../../support/troupe.ts'

const pair = {
  apps: [
    { name: 'web', script: 'sleep 1000' },
    { name: 'worker', script: 'sleep 1000', instances: 2, exec_mode: 'fork' },
  ],
} as const

test('a manager that detaches leaves every service as it is, and the next one takes them over', async () => {
  const troupe = await startManager()
  await troupe.declare(pair)
  const before = pids(await troupe.client.list())
  const manager = await troupe.managerPid()
  const loop = parentOf(manager)

  await troupe.client.command('detach', [], {})

  await eventually('the manager and its loop are gone', () =>
    isRunning(manager) || isRunning(loop) ? undefined : true,
  )
  expect(before.every(isRunning)).toBe(true)
  await troupe.reconnect()
  expect(pids(await troupe.client.list())).toEqual(before)
  expect(troupe.events('host.detaching')).toHaveLength(1)
  expect(troupe.events('instance.spawned')).toHaveLength(3)
  expect(troupe.events('instance.adopted')).toHaveLength(3)
})

test('kill stops everything and the manager; nothing starts again until somebody asks', async () => {
  const troupe = await startManager()
  await troupe.declare(pair)
  const manager = await troupe.managerPid()

  const { stopped } = await troupe.client.command('kill', [], {})

  expect(stopped).toBe(3)
  await eventually('the manager is gone', () => (isRunning(manager) ? undefined : true))
  expect(troupe.traces()).toEqual([])
  await troupe.reconnect()
  expect(states(await troupe.client.list())).toEqual(['stopped', 'stopped', 'stopped'])
  await troupe.client.start('all')
  expect(states(await troupe.client.list())).toEqual(['online', 'online', 'online'])
})

test('what kill stopped stays stopped over any number of managers, but for what somebody started', async () => {
  const troupe = await startManager()
  await troupe.declare(pair)
  await troupe.client.command('kill', [], {})
  await troupe.reconnect()
  const [first = ''] = (await troupe.client.list()).map(({ service }) => service)

  await troupe.client.start(first)
  await troupe.client.command('detach', [], {})
  await troupe.reconnect()

  const views = await troupe.client.list()
  const up = views.filter(({ state }) => state === 'online').map(({ service }) => service)
  expect(new Set(up)).toEqual(new Set([first]))
  await troupe.client.command('resurrect', [], {})
  expect(states(await troupe.client.list())).toEqual(['online', 'online', 'online'])
})

function pids(views: readonly { readonly pid?: number }[]): readonly number[] {
  return views.map(({ pid = 0 }) => pid)
}

function states(views: readonly { readonly state: string }[]): readonly string[] {
  return views.map(({ state }) => state)
}

const group = { name: 'shop', strategy: 'one_for_all', intensity: { max: 3, windowMs: 5_000 } }
const shop = {
  apps: [{ name: 'web', script: 'sleep 1000', namespace: 'shop' }],
  groups: {
    shop: { supervision: { strategy: 'one_for_all', intensity: { max: 3, within: 5_000 } } },
  },
} as const

test('what was saved comes back with how its group is supervised', async () => {
  const troupe = await startManager()
  await troupe.declare(shop)
  await troupe.client.command('save', [], {})
  await troupe.client.delete('all')
  const desired = () =>
    JSON.parse(readFileSync(join(troupe.home.stateDir, 'desired.json'), 'utf8')) as object
  expect(desired()).toMatchObject({ groups: [] })

  await troupe.client.command('resurrect', [], {})

  expect(desired()).toMatchObject({ groups: [group] })
})
