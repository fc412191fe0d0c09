import { expect, test } from 'vitest'
import type { FakeProcess } from '../../src/testing/fake-host.ts'
import { Scene, slotsOf } from './scene.ts'

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
    const dying = scene.host.processes.find(({ signals, isGone }) => signals.length > 0 && !isGone)
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

test('a group that fails too often is stopped as a whole', async () => {
  const { scene, processes } = await given('one_for_all', 1)
  await scene.ends(processOf(processes, 'db'))
  await obey(scene)
  await scene.passes(2_000)

  await scene.ends(processOf(scene.host.processes, 'db'))
  await obey(scene)

  expect(scene.told('group.exhausted')).toHaveLength(1)
  for (const name of names) expect(scene.view(name)).toMatchObject({ state: 'stopped' })
})

test('a group does not start again who was stopped by somebody in the middle of its restart', async () => {
  const { scene, processes } = await given('one_for_all')

  await scene.ends(processOf(processes, 'db'))
  void scene.supervision.act('web', 'stop', { by: 'anna' })
  await scene.settle()
  await obey(scene)

  expect(scene.view('web')).toMatchObject({ state: 'stopped' })
  expect(scene.view('api')).toMatchObject({ state: 'online' })
  expect(scene.view('db')).toMatchObject({ state: 'online' })
})

function processOf(processes: readonly FakeProcess[], service: string): FakeProcess | undefined {
  return processes.findLast(({ record }) => record.service === service)
}
