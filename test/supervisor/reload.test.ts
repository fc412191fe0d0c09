import { describe, expect, test } from 'vitest'
import type { Found } from '../../src/process/host.ts'
import type { Slot } from '../../src/supervisor/launch-order.ts'
import type { ReloadOutcome } from '../../src/supervisor/reload-machine.ts'
import type { FakeProcess } from '../../src/testing/fake-host.ts'
import { Scene, slotsOf } from './scene.ts'

const cluster = { exec_mode: 'cluster', instances: 2 }
const web = slotsOf('web', cluster)
const webAnew = slotsOf('web', { ...cluster, env: { V: '2' } })

/** Longer than min_uptime. */
const proofMs = 1_100

interface Reloading {
  readonly scene: Scene
  readonly old: readonly FakeProcess[]
  outcome: ReloadOutcome | undefined
}

async function reloading(next?: readonly Slot[], slots: readonly Slot[] = web): Promise<Reloading> {
  const scene = new Scene()
  const old = await scene.online(slots)
  for (const process of old) process.say({ kind: 'listening', port: 80 })
  await scene.settle()
  const on: Reloading = { scene, old, outcome: undefined }
  void scene.supervision.reload('web', { next }).then((outcome) => (on.outcome = outcome))
  await scene.settle()
  return on
}

/** The newest process comes to life and listens. */
async function ready(scene: Scene): Promise<FakeProcess> {
  const process = await scene.born()
  process.say({ kind: 'listening', port: 80 })
  await scene.settle()
  return process
}

/** Processes do as they are told for a while: they come to life and listen, and end when they are asked to. */
async function liveOn(scene: Scene): Promise<void> {
  for (let turn = 0; turn < 8; turn++) {
    for (const process of scene.host.processes.filter(({ isGone }) => !isGone)) {
      if (process.main === undefined) process.started()
      process.say({ kind: 'listening', port: 80 })
      if (process.told.length + process.signals.length > 0) {
        process.exit({ code: 0 }, scene.clock.date())
      }
    }
    // oxlint-disable-next-line no-await-in-loop
    await scene.passes(proofMs)
  }
}

const launches = ({ host }: Scene): readonly string[] => host.orders.map(({ launchId }) => launchId)

describe('a reload', () => {
  test('replaces one slot after the other, and touches no old process before its successor is trusted', async () => {
    const on = await reloading()
    const { scene, old } = on
    expect(launches(scene)).toEqual(['id-web.0.1', 'id-web.1.1', 'id-web.0+.2'])

    const first = await ready(scene)
    await scene.passes(proofMs / 2)
    expect(old.map(({ told }) => told)).toEqual([[], []])
    await scene.passes(proofMs)
    expect(old.map(({ told }) => told)).toMatchObject([[{ kind: 'drain' }], []])
    await scene.ends(old[0], 0)
    // What the first has survived, the others are taken to survive.
    const second = await ready(scene)
    expect(old[1]?.told).toMatchObject([{ kind: 'drain' }])
    await scene.ends(old[1], 0)

    expect(on.outcome).toEqual({ kind: 'completed', replaced: 2, forced: 0 })
    expect(scene.board.of('web')).toMatchObject([
      { state: 'online', pid: first.main?.pid, restarts: 1 },
      { state: 'online', pid: second.main?.pid, restarts: 1 },
    ])
    expect(launches(scene).slice(2)).toEqual(['id-web.0+.2', 'id-web.1+.2'])
    expect(scene.ledgers.get('id-web')?.reload).toBeUndefined()
  })

  test('is followed by another, back into the first seats', async () => {
    const on = await reloading(undefined, slotsOf('web', { ...cluster, instances: 1 }))
    await ready(on.scene)
    await on.scene.passes(proofMs)
    await on.scene.ends(on.old[0], 0)

    void on.scene.supervision.reload('web', { next: undefined })
    await on.scene.settle()

    expect(launches(on.scene)).toEqual(['id-web.0.1', 'id-web.0+.2', 'id-web.0.3'])
  })

  test.each([
    ['throws at its start', async (scene: Scene) => scene.ends(await scene.born(), 1), 'code 1'],
    ['never listens', async (scene: Scene) => void (await scene.born()), 'did not listen within'],
    ['listens and then dies', async (scene: Scene) => scene.ends(await ready(scene), 3), 'code 3'],
  ])('with a build that %s leaves the old processes alone', async (_, happens, why) => {
    const on = await reloading()
    const { scene, old } = on

    await happens(scene)
    await scene.passes(3_000)
    await scene.ends(scene.host.latest, 0)

    expect(on.outcome).toMatchObject({ kind: 'rolled-back', left: [] })
    expect(JSON.stringify(on.outcome)).toContain(why)
    expect(old.map(({ told, signals }) => [told, signals])).toEqual([
      [[], []],
      [[], []],
    ])
    expect(scene.board.of('web').map(({ pid }) => pid)).toEqual(old.map(({ main }) => main?.pid))
    expect(scene.told('reload.rolled_back')).toHaveLength(1)
  })

  test('whose new declaration fails in a replaced slot goes back to the old one', async () => {
    const on = await reloading(webAnew)
    const { scene, old } = on
    const first = await ready(scene)
    await scene.passes(proofMs)
    await scene.ends(old[0], 0)

    await scene.ends(first, 1)
    await liveOn(scene)

    expect(on.outcome).toMatchObject({ kind: 'rolled-back', left: [] })
    expect(scene.settled).toEqual([['web', false]])
    expect(scene.host.orders.at(-1)?.env['V']).toBeUndefined()
    expect(scene.board.of('web').map(({ state }) => state)).toEqual(['online', 'online'])
  })

  test('with a new declaration runs it, and says that it holds', async () => {
    const on = await reloading(webAnew, web)
    const { scene, old } = on
    const first = await ready(scene)
    await scene.passes(proofMs)
    await scene.ends(old[0], 0)
    const second = await ready(scene)
    await scene.ends(old[1], 0)

    expect([first, second].map(({ order }) => order?.env['V'])).toEqual(['2', '2'])
    expect(scene.settled).toEqual([['web', true]])
  })

  test('gives way to a stop: successor and old process end', async () => {
    const on = await reloading()
    const { scene, old } = on
    const successor = await ready(scene)

    const stopped = scene.supervision.act('web', 'stop', {})
    await scene.settle()
    for (const process of [...old, successor]) {
      // oxlint-disable-next-line no-await-in-loop
      await scene.ends(process, 0)
    }

    expect(await stopped).toMatchObject([{ state: 'stopped' }, { state: 'stopped' }])
    expect(on.outcome).toMatchObject({ kind: 'halted' })
  })

  test('of a process that does not finish in time tells it to stop, and then kills it', async () => {
    const on = await reloading()
    const { scene, old } = on
    await ready(scene)
    await scene.passes(proofMs)
    old[0]?.say({ kind: 'drained', forced: 3 })

    await scene.passes(10_600)
    expect(old[0]?.signals).toEqual(['SIGINT'])
    await scene.passes(1_700)
    expect(old[0]?.signals).toContain('SIGKILL')
    await scene.ends(old[0], 0)
    await ready(scene)
    await scene.ends(old[1], 0)

    expect(on.outcome).toEqual({ kind: 'completed', replaced: 2, forced: 3 })
  })
})

describe('a manager that comes after one that died in the middle of a reload', () => {
  const alive = ({ record, main }: FakeProcess): Found =>
    main === undefined ? { kind: 'unstarted', record } : { kind: 'alive', record, main }
  const after = (before: Scene, ...living: readonly FakeProcess[]): Scene =>
    new Scene({ ledgers: new Map(before.ledgers), found: living.map(alive) })
  const latestOf = (scene: Scene, old: FakeProcess): FakeProcess => {
    const found = scene.host.processes.find(({ record }) => record.launchId === old.record.launchId)
    if (found === undefined) throw new Error('it was not adopted')
    return found
  }
  /** How it came out, and whether the processes that live are those that are seen. */
  const summary = (scene: Scene): unknown => {
    const running = scene.host.processes.filter(({ isGone }) => !isGone)
    const seen = scene.board.of('web').map(({ launchId }) => launchId)
    return {
      told: scene.told('reload.completed'),
      settled: scene.settled,
      isTrue:
        running
          .map(({ record }) => record.launchId)
          .toSorted()
          .join() === seen.join(),
    }
  }
  const done = { told: ['web completed'], settled: [['web', true]], isTrue: true }

  test('while the successor starts: goes on with it', async () => {
    const { scene: before, old } = await reloading(webAnew)
    const successor = await before.born()
    const scene = after(before, ...old, successor)

    scene.supervision.add(web, webAnew)
    await scene.settle()
    latestOf(scene, successor).say({ kind: 'listening', port: 80 })
    await scene.settle()
    await liveOn(scene)

    expect(summary(scene)).toEqual(done)
  })

  test('while the successor had not been started: starts it', async () => {
    const { scene: before, old } = await reloading(webAnew)
    const scene = after(before, ...old)

    scene.supervision.add(web, webAnew)
    await scene.settle()
    await liveOn(scene)

    expect(summary(scene)).toEqual(done)
  })

  test('while an old process finished: waits for its end, and goes on', async () => {
    const { scene: before, old } = await reloading(webAnew)
    const successor = await ready(before)
    await before.passes(proofMs)
    const scene = after(before, ...old, successor)

    scene.supervision.add(web, webAnew)
    await scene.settle()
    expect(latestOf(scene, successor).told).toEqual([])
    await liveOn(scene)

    expect(summary(scene)).toEqual(done)
  })

  test('while the successor had died: takes the reload back', async () => {
    const { scene: before, old } = await reloading(webAnew)
    const successor = await ready(before)
    const dead: Found = {
      kind: 'exited',
      record: successor.record,
      exit: { code: 1 },
      at: new Date(before.clock.now()),
    }
    const scene = new Scene({
      ledgers: new Map(before.ledgers),
      found: [...old.map(alive), dead],
    })

    scene.supervision.add(web, webAnew)
    await scene.settle()

    expect(scene.told('reload.rolled_back')).toHaveLength(1)
    expect(scene.settled).toEqual([['web', false]])
    expect(scene.board.of('web').map(({ pid }) => pid)).toEqual(old.map(({ main }) => main?.pid))
  })

  test('before anything of it had begun: forgets it', async () => {
    const before = new Scene()
    const old = await before.online(web)
    const scene = after(before, ...old)

    scene.supervision.add(web, webAnew)
    await scene.settle()

    expect(scene.settled).toEqual([['web', false]])
  })
})
