import { describe, expect, test } from 'vitest'
import { cluster, launches, liveOn, proofMs, ready, reloading, web, webAnew } from './reloading.ts'
import { Scene, slotsOf } from './scene.ts'

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

  test('holds a successor back until it has proven itself half, and those that follow until they are ready', async () => {
    const { scene, old } = await reloading()
    expect(scene.host.orders.map(({ cluster }) => cluster?.isHeldBack)).toEqual([
      undefined,
      undefined,
      true,
    ])

    await ready(scene)
    await scene.passes(proofMs / 2 - 100)
    expect(scene.host.trusted).toEqual([])
    await scene.passes(100)
    expect(scene.host.trusted).toEqual(['id-web.0+.2'])
    await scene.passes(proofMs)
    await scene.ends(old[0], 0)
    await ready(scene)

    expect(scene.host.trusted.at(-1)).toBe('id-web.1+.2')
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

  test('leaves out a slot that is on its way out', async () => {
    const on = await reloading(undefined, slotsOf('web', { ...cluster, instances: 1 }))
    const { scene } = on
    await liveOn(scene)
    await scene.supervision.redeclare(web)
    await liveOn(scene)
    await scene.supervision.redeclare(slotsOf('web', { ...cluster, instances: 1 }))
    await scene.settle()

    const outcome = scene.supervision.reload('web', { next: undefined })
    await liveOn(scene)

    expect(await outcome).toEqual({ kind: 'completed', replaced: 1, forced: 0 })
  })

  test('whose slot is scaled away in the middle does not wait for it', async () => {
    const on = await reloading()
    const { scene, old } = on
    await ready(scene)
    await scene.passes(proofMs)
    await scene.supervision.redeclare(slotsOf('web', { ...cluster, instances: 1 }))
    await scene.settle()

    await scene.ends(old[0], 0)
    await liveOn(scene)

    expect(on.outcome).toMatchObject({ kind: 'rolled-back' })
    expect(scene.board.of('web')).toMatchObject([{ slot: 0, state: 'online' }])
  })

  test('whose slot is scaled away while its successor starts leaves nothing behind', async () => {
    const on = await reloading(undefined, slotsOf('web', { ...cluster, instances: 1 }))
    await liveOn(on.scene)
    const { scene } = on
    await scene.supervision.redeclare(web)
    await liveOn(scene)
    const outcome = scene.supervision.reload('web', { next: undefined, slots: [1] })
    await scene.settle()
    const successor = await scene.born()
    const old = scene.host.processes.findLast(
      ({ record }) => record.slot === 1 && record !== successor.record,
    )

    await scene.supervision.redeclare(slotsOf('web', { ...cluster, instances: 1 }))
    await scene.settle()
    await scene.ends(old, 0)
    await scene.ends(successor, 0)

    expect(await outcome).toMatchObject({ kind: 'rolled-back', why: expect.stringContaining('#1') })
    expect(scene.board.of('web')).toMatchObject([{ slot: 0, state: 'online' }])
  })

  test('beside a process that cannot be killed fails, and leaves what runs alone', async () => {
    const one = slotsOf('web', { ...cluster, instances: 1 })
    const on = await reloading(undefined, one)
    const { scene } = on
    const first = await ready(scene)
    await scene.passes(proofMs)
    for (let turn = 0; turn < 8; turn++) await scene.passes(5_000)
    expect(on.outcome).toMatchObject({ kind: 'completed' })

    const again = scene.supervision.reload('web', { next: undefined })
    await scene.settle()

    expect(await again).toMatchObject({
      kind: 'rolled-back',
      why: expect.stringContaining('cannot be ended'),
    })
    expect(scene.view('web')).toMatchObject({ state: 'online', pid: first.main?.pid })
    expect(scene.host.processes).toHaveLength(2)
  })

  test('that waits for another begins with what that one has declared', async () => {
    const on = await reloading(webAnew, web)
    const { scene } = on
    const waiting = scene.supervision.reload('web', { next: undefined })
    // What the manager does once a declaration holds.
    scene.onReloaded = () => void scene.supervision.redeclare(webAnew)

    for (let turn = 0; turn < 4; turn++) await liveOn(scene)

    expect(on.outcome).toMatchObject({ kind: 'completed' })
    expect(await waiting).toMatchObject({ kind: 'completed' })
    expect(scene.host.orders.slice(2).map(({ env }) => env['V'])).toEqual(['2', '2', '2', '2'])
  })

  test('that waits for another is answered when the service is deleted', async () => {
    const { scene } = await reloading(undefined, web)
    const waiting = scene.supervision.reload('web', { next: undefined })
    await scene.settle()

    void scene.supervision.remove('web', {})
    await liveOn(scene)

    expect(await waiting).toMatchObject({ kind: 'halted', why: 'the service is deleted' })
  })

  test('that changes nothing of the declaration says nothing of one that waits', async () => {
    const { scene } = await reloading(undefined, web)
    const waiting = scene.supervision.reload('web', { next: webAnew })

    for (let turn = 0; turn < 3; turn++) await liveOn(scene)

    expect(await waiting).toMatchObject({ kind: 'completed' })
    expect(scene.settled).toEqual([['web', true]])
  })

  test('says why it was begun', async () => {
    const scene = new Scene()
    await scene.online(web)

    void scene.supervision.reload('web', { next: undefined, why: 'too much memory' })
    await scene.settle()

    expect(scene.events.find(({ type }) => type === 'reload.started')?.data).toMatchObject({
      why: 'too much memory',
    })
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
