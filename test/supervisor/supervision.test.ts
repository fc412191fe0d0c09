import { describe, expect, test, vi } from 'vitest'
import type { PreparedLaunch } from '../../src/process/host.ts'
import { Scene, slotsOf } from './scene.ts'

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

    await scene.ends(first)
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

  test('whose disk does not answer is given up, and stops when it is asked to', async () => {
    const scene = new Scene()
    let answer: (prepared: PreparedLaunch) => void = () => {}
    scene.host.prepare = () => new Promise((resolve) => (answer = resolve))
    await scene.add(slotsOf('api'))

    const stopped = scene.supervision.act('api', 'stop', {})
    await scene.passes(15_000)

    expect(await stopped).toMatchObject([{ state: 'stopped' }])
    const abandon = vi.fn<() => Promise<void>>(async () => {})
    answer({ abandon } as unknown as PreparedLaunch)
    await scene.settle()
    expect(abandon).toHaveBeenCalledOnce()
    expect(scene.view('api')).toMatchObject({ state: 'stopped' })
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
    await scene.ends(old, 0)
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

    await scene.ends(process, 3)

    expect(scene.told('instance.exited')).toEqual(['api exited'])
    expect(scene.host.processes).toHaveLength(2)
  })

  test('while an end is taken in does not lose the end', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api'))

    scene.failNextSave()
    await scene.ends(process, 3)
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
    await scene.ends(process, 0)

    expect(scene.view('api')).toMatchObject({ state: 'stopped' })
    expect(scene.host.processes).toHaveLength(1)
  })
})

describe('a service that is declared anew', () => {
  test('with fewer slots stops the last ones and forgets them', async () => {
    const scene = new Scene()
    const [first, second] = await scene.online(slotsOf('api', { instances: 2 }))

    await scene.supervision.redeclare(slotsOf('api', { instances: 1 }))
    await scene.settle()
    expect(second?.signals).toEqual(['SIGINT'])
    await scene.ends(second, 0)

    expect(scene.board.of('api').map(({ slot }) => slot)).toEqual([0])
    expect(first?.signals).toEqual([])
  })

  test('with fewer slots and a restart at once does not revive the slot that goes', async () => {
    const scene = new Scene()
    const [first, second] = await scene.online(slotsOf('api', { instances: 2 }))

    await scene.supervision.redeclare(slotsOf('api', { instances: 1 }))
    void scene.supervision.act('api', 'restart', {})
    await scene.settle()
    await scene.ends(first, 0)
    await scene.ends(second, 0)

    expect(scene.host.orders.map(({ slot }) => slot)).toEqual([0, 1, 0])
    expect(scene.board.of('api').map(({ slot }) => slot)).toEqual([0])
  })

  test('with another namespace moves to that group without touching the process', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { namespace: 'old' }))

    await scene.supervision.redeclare(slotsOf('api', { namespace: 'new' }))
    await scene.settle()

    expect(process?.signals).toEqual([])
    expect(scene.view('api')).toMatchObject({ state: 'online', namespace: 'new' })
    void scene.supervision.act('api', 'stop', {})
    await scene.settle()
    expect(process?.signals).toEqual(['SIGINT'])
  })

  test('with more slots starts the new ones alone', async () => {
    const scene = new Scene()
    await scene.online(slotsOf('api', { instances: 1 }))

    await scene.supervision.redeclare(slotsOf('api', { instances: 3 }))
    await scene.settle()

    expect(scene.host.orders.map(({ slot }) => slot)).toEqual([0, 1, 2])
  })

  test('with another environment gives it to the next launch, not to the one that runs', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { env: { COLOUR: 'red' } }))

    await scene.supervision.redeclare(slotsOf('api', { env: { COLOUR: 'blue' } }))
    await scene.settle()
    expect(process?.signals).toEqual([])
    void scene.supervision.act('api', 'restart', {})
    await scene.settle()
    await scene.ends(process, 0)

    expect(scene.host.orders.map(({ env }) => env['COLOUR'])).toEqual(['red', 'blue'])
  })
})
