import { expect, test } from 'vitest'
import type { Found } from '../../src/process/host.ts'
import { recordOfLaunch, Scene, slotsOf } from './scene.ts'

const identity = { bootId: 'fake-boot', pid: 77, startTicks: 77 }
const slots = slotsOf('api')
const [slot] = slots
if (slot === undefined) throw new Error('no slot')
const record = recordOfLaunch(slot, 4)

test('a process that lives is taken over, and nothing is started', async () => {
  const scene = new Scene({ found: [{ kind: 'alive', record, main: identity }] })

  await scene.add(slots)

  expect(scene.view('api')).toMatchObject({ state: 'online', pid: 77, launchId: 'id-api.0.4' })
  expect(scene.host.orders).toEqual([])
})

test('a process that lives although it is to be down is stopped', async () => {
  const scene = new Scene({ found: [{ kind: 'alive', record, main: identity }] })

  await scene.add(slotsOf('api', {}, 'down'))
  expect(scene.host.latest.signals).toEqual(['SIGINT'])
  await scene.ends(scene.host.latest, 0)

  expect(scene.view('api')).toMatchObject({ state: 'stopped' })
})

test('an end that nobody saw is told as such, and judged as any other', async () => {
  const exited: Found = { kind: 'exited', record, exit: { code: 7 }, at: new Date(0) }
  const scene = new Scene({ found: [exited] })

  await scene.add(slots)

  expect(scene.events.find(({ type }) => type === 'instance.exited')).toMatchObject({
    incarnation: 4,
    data: { exit: { code: 7 }, observedLate: true, planned: false },
  })
  expect(scene.host.settled).toEqual(['id-api.0.4'])
  expect(scene.host.orders.map(({ launchId }) => launchId)).toEqual(['id-api.0.5'])
})

test('an end that was told already is not told again', async () => {
  const before = new Scene()
  const [process] = await before.online(slotsOf('api', { autorestart: false }))
  await before.ends(process, 7)
  const over: Found = {
    kind: 'exited',
    record: recordOfLaunch(slot, 1),
    exit: { code: 7 },
    at: new Date(0),
  }
  const scene = new Scene({ found: [over], ledgers: before.ledgers, told: before.events })

  await scene.add(slotsOf('api', { autorestart: false }))

  expect(scene.told('instance.exited')).toEqual([])
  expect(scene.ledgers.get('id-api')?.exits).toHaveLength(1)
  expect(scene.host.settled).toEqual(['id-api.0.1'])
  expect(scene.view('api')).toMatchObject({ state: 'stopped' })
})

test('an end that stands in the ledger and was never told is told by the next manager, once', async () => {
  const before = new Scene()
  const [process] = await before.online(slotsOf('api', { autorestart: false }))
  await before.ends(process, 7)
  const over: Found = {
    kind: 'exited',
    record: recordOfLaunch(slot, 1),
    exit: { code: 7 },
    at: new Date(0),
  }
  const scene = new Scene({ found: [over], ledgers: before.ledgers })

  await scene.add(slotsOf('api', { autorestart: false }))

  expect(scene.events.filter(({ type }) => type === 'instance.exited')).toMatchObject([
    { incarnation: 1, data: { exit: { code: 7 }, planned: false, exitedAt: expect.any(Number) } },
  ])
  expect(scene.ledgers.get('id-api')?.exits).toHaveLength(1)
  expect(scene.view('api')).toMatchObject({ state: 'stopped' })
})

test('a launch that never became a process is forgotten, and another one takes its place', async () => {
  const scene = new Scene({ found: [{ kind: 'unstarted', record }] })

  await scene.add(slots)

  expect(scene.host.settled).toEqual(['id-api.0.4'])
  expect(scene.host.orders.map(({ launchId }) => launchId)).toEqual(['id-api.0.5'])
  expect(scene.told('instance.exited')).toEqual([])
})

test('after the machine has booted, what was given up or done is tried again', async () => {
  const before = new Scene()
  const job = slotsOf('job', { autorestart: false })
  const bad = slotsOf('bad', { max_restarts: 1 })
  const [done, failed] = await before.online(job, bad)
  await before.ends(done, 0)
  await before.ends(failed, 1)
  expect(before.view('bad')).toMatchObject({ state: 'errored' })

  const sameBoot = new Scene({ ledgers: new Map(before.ledgers) })
  await sameBoot.add(job, bad)
  const newBoot = new Scene({ ledgers: new Map(before.ledgers), isNewBoot: true })
  await newBoot.add(job, bad)

  expect(sameBoot.host.orders).toEqual([])
  expect(newBoot.host.orders.map(({ service }) => service)).toEqual(['job', 'bad'])
})
