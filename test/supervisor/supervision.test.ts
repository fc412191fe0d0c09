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
  /** That it is stable is news for the ledger when it has failed before. */
  async function givenOneFailure() {
    const scene = new Scene()
    const [first] = await scene.online(slotsOf('api'))
    await scene.ends(first)
    return { scene, process: await scene.born() }
  }

  test('leaves its process alone: the next incarnation holds the same one', async () => {
    const { scene, process } = await givenOneFailure()

    scene.failNextSave()
    await scene.passes(1_000)

    expect(scene.told('actor.fault')).toHaveLength(1)
    expect(scene.host.processes).toHaveLength(2)
    expect(process.signals).toEqual([])
    expect(scene.view('api')).toMatchObject({ state: 'online', pid: process.main?.pid })
  })

  test('does not make the next incarnation deaf', async () => {
    const { scene, process } = await givenOneFailure()
    scene.failNextSave()
    await scene.passes(1_000)

    await scene.ends(process, 3)

    expect(scene.told('instance.exited')).toEqual(['api exited', 'api exited'])
    expect(scene.host.processes).toHaveLength(3)
  })

  test('while an end is taken in does not lose the end, which was seen in time', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api'))

    scene.failNextSave()
    await scene.ends(process, 3)
    await scene.passes(1_000)

    const [told] = scene.ledgers.get('id-api')?.exits ?? []
    expect(told).toMatchObject({ exit: { code: 3 }, observedLate: false })
    expect(scene.host.processes).toHaveLength(2)
  })

  test('before its process has come to life does not wait for that for ever', async () => {
    const scene = new Scene()
    await scene.add(slotsOf('api'))
    scene.failNextSave()
    void scene.supervision.act('api', 'restart', {}).catch(() => {})
    await scene.passes(1_000)
    expect(scene.view('api')).toMatchObject({ state: 'adopting' })

    await scene.passes(5_000)

    expect(scene.host.latest.signals).toEqual(['SIGKILL'])
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

describe('whoever asks', () => {
  test('is named also where the wish is carried out later, and is the cause of nothing else', async () => {
    const scene = new Scene()
    await scene.add(slotsOf('api'))

    void scene.supervision.act('api', 'stop', { by: 'anna', cause: 'c1' })
    await scene.settle()
    await scene.born()

    const spawned = scene.events.find(({ type }) => type === 'instance.spawned')
    expect(spawned?.cause).not.toBe('c1')
    const stopping = scene.events.find(({ type }) => type === 'instance.stopping')
    expect(stopping).toMatchObject({ by: 'anna', cause: 'c1' })
  })

  test('for less grace gets it, also while a stop with more is under way', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { kill_timeout: 60_000 }))
    void scene.supervision.act('api', 'stop', {})
    await scene.passes(1_000)

    void scene.supervision.act('api', 'stop', { graceMs: 500 })
    await scene.passes(499)
    expect(process?.signals).toEqual(['SIGINT'])
    await scene.passes(1)

    expect(process?.signals).toEqual(['SIGINT', 'SIGKILL'])
  })

  test('for haste shortens a restart under way, and changes nothing else about it', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { kill_timeout: 60_000 }))
    scene.supervision.hasten('api', { graceMs: 500 })
    void scene.supervision.act('api', 'restart', {})
    await scene.passes(1_000)
    expect(process?.signals).toEqual(['SIGINT'])

    scene.supervision.hasten('api', { graceMs: 500 })
    await scene.passes(500)
    expect(process?.signals).toEqual(['SIGINT', 'SIGKILL'])
    await scene.ends(process, 0)

    expect(scene.host.orders).toHaveLength(2)
  })

  test('for a stop without a grace gives it the declared one, where more was given before', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { kill_timeout: 500 }))
    const patient = scene.supervision.act('api', 'stop', { graceMs: 600_000 })
    await scene.passes(1_000)

    const hasty = scene.supervision.act('api', 'stop', {})
    await scene.passes(500)
    expect(process?.signals).toEqual(['SIGINT', 'SIGKILL'])
    await scene.ends(process, 0)

    const stopped = [expect.objectContaining({ state: 'stopped' })]
    expect(await Promise.all([patient, hasty])).toEqual([stopped, stopped])
  })

  test('for a grace while the process is being started has it respected', async () => {
    const scene = new Scene()
    await scene.add(slotsOf('api', { kill_timeout: 60_000 }))

    void scene.supervision.act('api', 'stop', { graceMs: 500 })
    await scene.settle()
    const process = await scene.born()
    await scene.passes(500)

    expect(process.signals).toEqual(['SIGINT', 'SIGKILL'])
  })
})

describe('a launch that never became a process', () => {
  test('is not done, although it is not to be started again by itself', async () => {
    const scene = new Scene()
    const noRoom = Object.assign(new Error('fork: no memory'), { code: 'EAGAIN' })
    scene.host.failNext('spawn', noRoom)

    await scene.add(slotsOf('api', { autorestart: false }))

    const why = 'fork: no memory, and autorestart is off'
    expect(scene.view('api')).toMatchObject({ state: 'errored', why, desired: 'up' })
    const failed = scene.events.find(({ type }) => type === 'instance.start_failed')
    expect(failed).toMatchObject({ data: { class: 'spawn-error' } })
  })
})
