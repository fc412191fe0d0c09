import { describe, expect, test } from 'vitest'
import type { Found } from '../../src/process/host.ts'
import type { FakeProcess } from '../../src/testing/fake-host.ts'
import { liveOn, proofMs, ready, reloading, web, webAnew } from './reloading.ts'
import { Scene } from './scene.ts'

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

  test('carries out what is asked of it after that', async () => {
    const { scene: before, old } = await reloading()
    const successor = await before.born()
    const scene = after(before, ...old, successor)
    scene.supervision.add(web)
    await scene.settle()

    const second = scene.supervision.reload('web', { next: undefined })
    await liveOn(scene)
    await liveOn(scene)

    expect(await second).toEqual({ kind: 'completed', replaced: 2, forced: 0 })
    expect(scene.told('reload.completed')).toHaveLength(2)
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
