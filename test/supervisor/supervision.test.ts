import { describe, expect, test } from 'vitest'
import type { Found } from '../../src/process/host.ts'
import type { FakeProcess } from '../../src/testing/fake-host.ts'
import { recordOfLaunch, Scene, slotsOf } from './scene.ts'

const identity = { bootId: 'fake-boot', pid: 77, startTicks: 77 }

describe('an instance', () => {
  test('is online once its process lives, and says how it came there', async () => {
    const scene = new Scene()

    const [process] = await scene.online(slotsOf('api'))

    expect(scene.view('api')).toMatchObject({ state: 'online', pid: process?.main?.pid })
    expect(scene.told('instance.requested', 'instance.spawned', 'instance.online')).toEqual([
      'api requested',
      'api spawned',
      'api online',
    ])
    expect(scene.ledgers.get('id-api')?.slots['0']).toMatchObject({ incarnation: 1 })
  })

  test('that crashes is swept, then started again: the second time in a row after a wait', async () => {
    const scene = new Scene()
    const [first] = await scene.online(slotsOf('api'))

    await end(scene, first)
    const second = await scene.born()
    await scene.ends(second)

    expect(scene.view('api')).toMatchObject({ state: 'backoff', unstableRestarts: 2 })
    expect(scene.host.sweeps).toHaveLength(2)
    expect(scene.host.processes).toHaveLength(2)
    await scene.passes(99)
    expect(scene.host.processes).toHaveLength(2)
    await scene.passes(1)
    expect(scene.host.processes).toHaveLength(3)
  })

  test('that was stopped while its process was being started is stopped as soon as that lives', async () => {
    const scene = new Scene()
    await scene.add(slotsOf('api'))

    const stopped = scene.supervision.act('api', 'stop', {})
    await scene.settle()
    const process = await scene.born()

    expect(process.signals).toEqual(['SIGINT'])
    await scene.ends(process, 0)
    expect(await stopped).toMatchObject([{ state: 'stopped' }])
  })

  test('that outlives its grace is killed', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { kill_timeout: 500 }))

    const stopped = scene.supervision.act('api', 'stop', {})
    await scene.passes(499)
    expect(process?.signals).toEqual(['SIGINT'])
    await scene.passes(1)

    expect(process?.signals).toEqual(['SIGINT', 'SIGKILL'])
    process?.exit({ signal: 'SIGKILL' }, scene.clock.date())
    expect(await stopped).toMatchObject([{ state: 'stopped' }])
    expect(scene.host.processes).toHaveLength(1)
  })

  test('that is restarted starts its new process only after the old one has gone', async () => {
    const scene = new Scene()
    const [old] = await scene.online(slotsOf('api'))

    const restarted = scene.supervision.act('api', 'restart', {})
    await scene.settle()
    expect(scene.host.processes).toHaveLength(1)
    await end(scene, old, 0)
    await scene.born()

    expect(await restarted).toMatchObject([{ state: 'online', restarts: 1 }])
    expect(scene.host.processes).toHaveLength(2)
  })
})

describe('a fault of an actor', () => {
  test('leaves its process alone: the next incarnation holds the same one', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api'))

    scene.failNextSave()
    await scene.passes(1_000)

    expect(scene.told('actor.fault')).toHaveLength(1)
    expect(scene.host.processes).toEqual([process])
    expect(process?.signals).toEqual([])
    expect(scene.view('api')).toMatchObject({ state: 'online', pid: process?.main?.pid })
  })

  test('does not make the next incarnation deaf', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api'))
    scene.failNextSave()
    await scene.passes(1_000)

    await end(scene, process, 3)

    expect(scene.told('instance.exited')).toEqual(['api exited'])
    expect(scene.host.processes).toHaveLength(2)
  })

  test('while an end is taken in does not lose the end', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api'))

    scene.failNextSave()
    await end(scene, process, 3)
    await scene.passes(1_000)

    expect(scene.ledgers.get('id-api')?.exits).toMatchObject([{ exit: { code: 3 } }])
    expect(scene.host.processes).toHaveLength(2)
  })

  test('during a stop does not undo the stop', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api'))

    scene.failNextSave()
    void scene.supervision.act('api', 'stop', {}).catch(() => {})
    await scene.passes(1_000)
    expect(process?.signals).toContain('SIGINT')
    await end(scene, process, 0)

    expect(scene.view('api')).toMatchObject({ state: 'stopped' })
    expect(scene.host.processes).toHaveLength(1)
  })
})

describe('a group', () => {
  const names = ['db', 'api', 'web']
  const shop = { namespace: 'shop' }

  async function given(strategy: 'one_for_one' | 'one_for_all' | 'rest_for_one', max = 5) {
    const scene = new Scene()
    const intensity = { max, windowMs: 60_000 }
    scene.supervision.setGroups([{ name: 'shop', strategy, intensity }])
    const processes = await scene.online(...names.map((name) => slotsOf(name, shop)))
    // Stable, so that a first failure is followed by a start at once.
    await scene.passes(2_000)
    return { scene, processes }
  }

  /** Ends whatever was asked to end, and brings to life whatever was started, until nothing is left to do. */
  async function obey(scene: Scene): Promise<readonly string[]> {
    const asked: string[] = []
    for (let i = 0; i < 20; i++) {
      const dying = scene.host.processes.find(
        ({ signals, isGone }) => signals.length > 0 && !isGone,
      )
      const unborn = scene.host.processes.find(({ main, isGone }) => main === undefined && !isGone)
      if (dying !== undefined) asked.push(dying.record.service)
      // oxlint-disable-next-line no-await-in-loop
      if (dying !== undefined) await scene.ends(dying, 0)
      // oxlint-disable-next-line no-await-in-loop
      else if (unborn !== undefined) await scene.born(unborn)
    }
    return asked
  }

  test.each([
    { strategy: 'one_for_one' as const, failed: 'db', stopped: [] },
    { strategy: 'rest_for_one' as const, failed: 'db', stopped: ['web', 'api'] },
    { strategy: 'rest_for_one' as const, failed: 'api', stopped: ['web'] },
    { strategy: 'rest_for_one' as const, failed: 'web', stopped: [] },
    { strategy: 'one_for_all' as const, failed: 'db', stopped: ['web', 'api'] },
    { strategy: 'one_for_all' as const, failed: 'api', stopped: ['web', 'db'] },
  ])('$strategy, $failed fails: $stopped are stopped, and started in reverse', async (each) => {
    const { scene, processes } = await given(each.strategy)

    await scene.ends(processOf(processes, each.failed))
    const stopped = await obey(scene)

    expect(stopped).toEqual(each.stopped)
    const anew = scene.host.processes.slice(names.length).map(({ record }) => record.service)
    expect(anew.filter((name) => name !== each.failed)).toEqual(each.stopped.toReversed())
    expect(anew).toContain(each.failed)
    for (const name of names) expect(scene.view(name)).toMatchObject({ state: 'online' })
  })

  test('that fails too often is stopped as a whole', async () => {
    const { scene, processes } = await given('one_for_all', 1)
    await scene.ends(processOf(processes, 'db'))
    await obey(scene)
    await scene.passes(2_000)

    await scene.ends(scene.host.processes.findLast(isOf('db')) ?? fail())
    await obey(scene)

    expect(scene.told('group.exhausted')).toHaveLength(1)
    for (const name of names) expect(scene.view(name)).toMatchObject({ state: 'stopped' })
  })

  test('does not start again who was stopped by somebody in the middle of its restart', async () => {
    const { scene, processes } = await given('one_for_all')

    await scene.ends(processOf(processes, 'db'))
    void scene.supervision.act('web', 'stop', { by: 'anna' })
    await scene.settle()
    await obey(scene)

    expect(scene.view('web')).toMatchObject({ state: 'stopped' })
    expect(scene.view('api')).toMatchObject({ state: 'online' })
    expect(scene.view('db')).toMatchObject({ state: 'online' })
  })
})

describe('a service that is declared anew', () => {
  test('with fewer slots stops the last ones and forgets them', async () => {
    const scene = new Scene()
    const [first, second] = await scene.online(slotsOf('api', { instances: 2 }))

    scene.supervision.redeclare(slotsOf('api', { instances: 1 }))
    await scene.settle()
    expect(second?.signals).toEqual(['SIGINT'])
    await end(scene, second, 0)

    expect(scene.board.of('api').map(({ slot }) => slot)).toEqual([0])
    expect(first?.signals).toEqual([])
  })

  test('with more slots starts the new ones alone', async () => {
    const scene = new Scene()
    await scene.online(slotsOf('api', { instances: 1 }))

    scene.supervision.redeclare(slotsOf('api', { instances: 3 }))
    await scene.settle()

    expect(scene.host.orders.map(({ slot }) => slot)).toEqual([0, 1, 2])
  })

  test('with another environment gives it to the next launch, not to the one that runs', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { env: { COLOUR: 'red' } }))

    scene.supervision.redeclare(slotsOf('api', { env: { COLOUR: 'blue' } }))
    await scene.settle()
    expect(process?.signals).toEqual([])
    void scene.supervision.act('api', 'restart', {})
    await scene.settle()
    await end(scene, process, 0)

    expect(scene.host.orders.map(({ env }) => env['COLOUR'])).toEqual(['red', 'blue'])
  })
})

describe('at boot', () => {
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
    await end(before, process, 7)
    const over: Found = {
      kind: 'exited',
      record: recordOfLaunch(slot, 1),
      exit: { code: 7 },
      at: new Date(0),
    }
    const scene = new Scene({ found: [over], ledgers: before.ledgers })

    await scene.add(slotsOf('api', { autorestart: false }))

    expect(scene.told('instance.exited')).toEqual([])
    expect(scene.ledgers.get('id-api')?.exits).toHaveLength(1)
    expect(scene.host.settled).toEqual(['id-api.0.1'])
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
    await end(before, done, 0)
    await end(before, failed, 1)
    expect(before.view('bad')).toMatchObject({ state: 'errored' })

    const sameBoot = new Scene({ ledgers: new Map(before.ledgers) })
    await sameBoot.add(job, bad)
    const newBoot = new Scene({ ledgers: new Map(before.ledgers), isNewBoot: true })
    await newBoot.add(job, bad)

    expect(sameBoot.host.orders).toEqual([])
    expect(newBoot.host.orders.map(({ service }) => service)).toEqual(['job', 'bad'])
  })
})

/** Ends a process that the test was given. */
async function end(scene: Scene, process: FakeProcess | undefined, code = 1): Promise<void> {
  if (process === undefined) throw new Error('there is no such process')
  await scene.ends(process, code)
}

function processOf(processes: readonly FakeProcess[], service: string): FakeProcess {
  return processes.find(isOf(service)) ?? fail()
}

function isOf(service: string) {
  return ({ record }: FakeProcess): boolean => record.service === service
}

function fail(): never {
  throw new Error('there is no such process')
}
