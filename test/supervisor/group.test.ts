import fc from 'fast-check'
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

test('a group that fails too often is given up as a whole, also for the next manager', async () => {
  const { scene, processes } = await given('one_for_all', 1)
  await scene.ends(processOf(processes, 'db'))
  await obey(scene)
  await scene.passes(2_000)

  await scene.ends(processOf(scene.host.processes, 'db'))
  await obey(scene)

  expect(scene.told('group.exhausted')).toHaveLength(1)
  const givenUp = { state: 'errored', why: expect.stringContaining('its group shop gave up') }
  for (const name of names) expect(scene.view(name)).toMatchObject(givenUp)

  const next = new Scene({ ledgers: scene.ledgers })
  await next.add(...names.map((name) => slotsOf(name, shop)))
  for (const name of names) expect(next.view(name)).toMatchObject(givenUp)
  expect(next.host.processes).toEqual([])
})

test('a member that cannot even be started counts as one that failed', async () => {
  const { scene, processes } = await given('one_for_all')
  scene.host.failNext('prepare', new Error('no disk'))

  void scene.supervision.act('db', 'restart', {})
  await scene.settle()
  await scene.ends(processOf(processes, 'db'), 0)
  const stopped = await obey(scene)

  expect(stopped).toEqual(['web', 'api'])
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

test('whatever fails or is stopped in the middle of whatever, in the end each is up but for whom somebody stopped', async () => {
  const step = fc.record({
    what: fc.constantFrom(
      'fails' as const,
      'obeys' as const,
      'stopped' as const,
      'started' as const,
    ),
    who: fc.constantFrom(...names),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('one_for_all' as const, 'rest_for_one' as const),
      fc.array(step, { maxLength: 12 }),
      async (strategy, history) => {
        const { scene } = await given(strategy, 1_000)
        const withdrawn = new Set<string>()
        for (const { what, who } of history) {
          // oxlint-disable-next-line no-await-in-loop
          await perform(scene, what, who)
          if (what === 'stopped') withdrawn.add(who)
          if (what === 'started') withdrawn.delete(who)
        }
        await settleAll(scene)

        const states = names.map((name) => [name, scene.view(name).state])
        const wanted = names.map((name) => [name, withdrawn.has(name) ? 'stopped' : 'online'])
        expect(states).toEqual(wanted)
      },
    ),
    { numRuns: 500 },
  )
}, 60_000)

/** One thing that happens while others are still under way. */
async function perform(scene: Scene, what: 'fails' | 'obeys' | 'stopped' | 'started', who: string) {
  const process = processOf(scene.host.processes, who)
  const isUp = process !== undefined && !process.isGone && process.main !== undefined
  if (what === 'fails' && isUp) {
    // Long enough alive to be stable, so that no budget of its own runs out.
    await scene.passes(2_000)
    if (!process.isGone) await scene.ends(process, 1)
  }
  if (what === 'obeys') await obeyOnce(scene)
  if (what === 'stopped') void scene.supervision.act(who, 'stop', { by: 'anna' })
  if (what === 'started') void scene.supervision.act(who, 'start', { by: 'anna' })
  await scene.settle()
}

/** The one that was asked to end ends, or else the one that was started comes to life. */
async function obeyOnce(scene: Scene): Promise<boolean> {
  const dying = scene.host.processes.find(({ signals, isGone }) => signals.length > 0 && !isGone)
  const unborn = scene.host.processes.find(({ main, isGone }) => main === undefined && !isGone)
  if (dying !== undefined) await scene.ends(dying, 0)
  else if (unborn !== undefined) await scene.born(unborn)
  return dying !== undefined || unborn !== undefined
}

async function settleAll(scene: Scene): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    // oxlint-disable-next-line no-await-in-loop
    const hasActed = await obeyOnce(scene)
    // oxlint-disable-next-line no-await-in-loop
    if (!hasActed) await scene.passes(500)
    quiet = hasActed ? 0 : quiet + 1
  }
}

function processOf(processes: readonly FakeProcess[], service: string): FakeProcess | undefined {
  return processes.findLast(({ record }) => record.service === service)
}
