import { expect, test } from 'vitest'
import type { ReloadOutcome } from '../../src/supervisor/reload-machine.ts'
import { Scene, slotsOf } from './scene.ts'

const signal = 'SIGHUP'

async function telling(fields: Readonly<Record<string, unknown>> = {}) {
  const scene = new Scene()
  const processes = await scene.online(slotsOf('api', { instances: 2, ...fields }))
  const on = { scene, processes, outcome: undefined as ReloadOutcome | undefined }
  void scene.supervision
    .tellToReload('api', { signal, slots: [0, 1], by: 'anna', cause: 'c1' })
    .then((outcome) => (on.outcome = outcome))
  await scene.settle()
  return on
}

test('processes are told one after the other, each once the one before has lived on', async () => {
  const on = await telling()
  const heard = () => on.processes.map(({ signals }) => signals)
  expect(heard()).toEqual([[signal], []])

  await on.scene.passes(1_000)
  expect(heard()).toEqual([[signal], [signal]])
  expect(on.outcome).toBeUndefined()
  await on.scene.passes(1_000)

  expect(on.outcome).toEqual({ kind: 'completed', replaced: 2, forced: 0 })
  expect(on.scene.told('reload.started', 'reload.step', 'reload.completed')).toEqual([
    'api started',
    'api step',
    'api step',
    'api completed',
  ])
})

test('what one does not survive is not told to the next', async () => {
  const on = await telling()

  await on.scene.ends(on.processes[0], 5)

  expect(on.outcome).toEqual({
    kind: 'rolled-back',
    why: '#0 ended after SIGHUP: code 5',
    left: [0],
  })
  await on.scene.passes(60_000)
  expect(on.processes[1]?.signals).toEqual([])
})

test('a process that is not ready again has failed, and is left alone', async () => {
  const readiness = { exec: 'look', interval: '200ms' }
  const on = await telling({ readiness, listen_timeout: 1_000 })
  await on.scene.passes(999)
  on.scene.isWell = false

  for (let turn = 0; turn < 8; turn++) {
    // oxlint-disable-next-line no-await-in-loop
    await on.scene.passes(200)
  }

  expect(on.outcome).toMatchObject({
    kind: 'rolled-back',
    why: '#0 was not ready again within 1.0 s after SIGHUP: exec failed',
  })
  expect(on.processes[0]?.signals).toEqual([signal])
  expect(on.scene.looks.at(-1)?.env['TROUPE_COOKIE']).toBe(on.processes[0]?.record.cookie)
})

test('whoever stops the service does not wait for it', async () => {
  const on = await telling()

  on.scene.supervision.haltReload('api', 'a stop was asked for')
  await on.scene.settle()

  expect(on.outcome).toEqual({ kind: 'halted', why: 'a stop was asked for', replaced: 0 })
  expect(on.processes[1]?.signals).toEqual([])
})

test('its events say who asked, and each is the cause of the next', async () => {
  const { scene } = await telling()
  await scene.passes(1_000)
  await scene.passes(1_000)

  const mine = scene.events.filter(({ type }) => type.startsWith('reload.'))
  expect(mine.map(({ by }) => by)).toEqual(['anna', 'anna', 'anna', 'anna'])
  const ids = mine.map((draft) => `e${scene.events.indexOf(draft) + 1}`)
  expect(mine.map(({ cause }) => cause)).toEqual(['c1', ...ids.slice(0, -1)])
})

test('an instance that goes down before its turn is not said to have been told', async () => {
  const scene = new Scene()
  const processes = await scene.online(slotsOf('api', { instances: 2, restart_delay: 30_000 }))
  const reload = scene.supervision.tellToReload('api', { signal: 'SIGHUP', slots: [0, 1] })
  await scene.settle()

  await scene.ends(processes[1], 1)
  await scene.passes(5_000)

  expect(await reload).toEqual({ kind: 'completed', replaced: 1, forced: 0 })
  expect(processes.map(({ signals }) => signals)).toEqual([['SIGHUP'], []])
})

test('a manager that leaves ends the reload, and says so', async () => {
  const scene = new Scene()
  await scene.online(slotsOf('api', { instances: 2 }))
  const reload = scene.supervision.tellToReload('api', { signal: 'SIGHUP', slots: [0, 1] })
  await scene.settle()

  await scene.supervision.close()

  expect(await reload).toEqual({ kind: 'halted', why: 'the manager leaves', replaced: 0 })
  expect(scene.told('reload.halted')).toHaveLength(1)
})
