import { describe, expect, test } from 'vitest'
import type { Found } from '../../src/process/host.ts'
import type { FakeProcess } from '../../src/testing/fake-host.ts'
import { Scene, slotsOf } from './scene.ts'

const shop = { namespace: 'shop' }
const job = slotsOf('job', { autorestart: false })

/** How a process of an earlier manager is found: it lives, or has ended meanwhile. */
const foundAlive = ({ record, main }: FakeProcess): Found =>
  main === undefined ? { kind: 'unstarted', record } : { kind: 'alive', record, main }
const foundDead = ({ record }: FakeProcess): Found => ({
  kind: 'exited',
  record,
  exit: { code: 0 },
  at: new Date(0),
})

/** What the next manager begins with when the one of `before` dies now; a ledger is what stood on disk by then. */
function afterTheDeathOf(before: Scene, ...found: readonly Found[]): Scene {
  return new Scene({ ledgers: new Map(before.ledgers), found, told: before.events })
}

describe('a restart of what does not restart by itself, when the manager dies half way', () => {
  async function stopping() {
    const before = new Scene()
    const [process] = await before.online(job)
    if (process === undefined) throw new Error('nothing was spawned')
    void before.supervision.act('job', 'restart', {})
    await before.settle()
    return { before, process }
  }

  test('while the old process lives: it is ended, and another one started', async () => {
    const { before, process } = await stopping()
    const scene = afterTheDeathOf(before, foundAlive(process))

    await scene.add(job)
    expect(scene.host.latest.signals).toEqual(['SIGINT'])
    await scene.ends(scene.host.latest, 0)

    expect(scene.host.orders.map(({ launchId }) => launchId)).toEqual(['id-job.0.2'])
  })

  test('while nobody watched its end: another one is started', async () => {
    const { before, process } = await stopping()
    const scene = afterTheDeathOf(before, foundDead(process))

    await scene.add(job)

    expect(scene.host.orders.map(({ launchId }) => launchId)).toEqual(['id-job.0.2'])
  })

  test('and is followed by a stop: nothing is started', async () => {
    const { before, process } = await stopping()
    void before.supervision.act('job', 'stop', {})
    await before.settle()
    const scene = afterTheDeathOf(before, foundDead(process))

    await scene.add(job)

    expect(scene.host.orders).toEqual([])
  })
})

test.each([
  { what: 'done', fields: { autorestart: false }, code: 0, state: 'stopped' },
  { what: 'given up', fields: { max_restarts: 1 }, code: 1, state: 'errored' },
])(
  'what was $what and started again is started by the next manager, had this one no time to',
  async (each) => {
    const slots = slotsOf('api', each.fields)
    const before = new Scene()
    const [process] = await before.online(slots)
    await before.ends(process, each.code)
    expect(before.view('api')).toMatchObject({ state: each.state })
    before.blockGate()

    void before.supervision.act('api', 'start', {})
    await before.settle()
    const scene = afterTheDeathOf(before)
    await scene.add(slots)

    expect(scene.host.orders).toHaveLength(1)
  },
)

test('taking over what runs writes nothing: the ledger says so already', async () => {
  const before = new Scene()
  const [process] = await before.online(slotsOf('api'))
  if (process === undefined) throw new Error('nothing was spawned')
  await before.passes(60_000)
  const scene = afterTheDeathOf(before, foundAlive(process))

  await scene.add(slotsOf('api'))

  expect(scene.view('api')).toMatchObject({ state: 'online' })
  expect(scene.saves).toBe(0)
})

test('a group that gave up is given up by the next manager, also those that had not been told to stop', async () => {
  const names = ['db', 'api', 'web']
  const all = names.map((name) => slotsOf(name, shop))
  const before = new Scene()
  const intensity = { max: 0, windowMs: 60_000 }
  before.supervision.setGroups([{ name: 'shop', strategy: 'one_for_all', intensity }])
  const [db, ...others] = await before.online(...all)
  await before.ends(db)
  expect(others.map(({ signals }) => signals)).toEqual([[], ['SIGINT']])

  const scene = afterTheDeathOf(before, ...others.map(foundAlive))
  await scene.add(...all)
  expect(scene.host.processes.map(({ signals }) => signals)).toEqual([['SIGINT'], ['SIGINT']])
  for (const process of scene.host.processes) await scene.ends(process, 0)

  const givenUp = { state: 'errored', desired: 'down', why: expect.stringContaining('gave up') }
  for (const name of names) expect(scene.view(name)).toMatchObject(givenUp)
  expect(scene.host.orders).toEqual([])
  void scene.supervision.act('db', 'start', {})
  await scene.settle()
  const later = afterTheDeathOf(scene)
  await later.add(...all)
  expect(later.host.orders.map(({ service }) => service)).toEqual(['db'])
})

test('a group that gave up is begun afresh after a boot', async () => {
  const before = new Scene()
  const intensity = { max: 0, windowMs: 60_000 }
  before.supervision.setGroups([{ name: 'shop', strategy: 'one_for_all', intensity }])
  const [process] = await before.online(slotsOf('api', shop))
  await before.ends(process)
  const ledgers = new Map(before.ledgers)
  const booted = new Scene({ ledgers, isNewBoot: true })
  await booted.add(slotsOf('api', shop))
  expect(booted.host.orders).toHaveLength(1)

  const scene = afterTheDeathOf(booted)
  await scene.add(slotsOf('api', shop))

  expect(scene.host.orders).toHaveLength(1)
})
