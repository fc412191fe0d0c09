import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'

const members = ['first', 'second', 'third']

async function started(strategy: string): Promise<TestTroupe> {
  const troupe = await startManager()
  await troupe.declare({
    apps: members.map((name) => ({ name, namespace: 'shop', script: 'sleep 1000' })),
    groups: { shop: { supervision: strategy } },
  })
  return troupe
}

/** Kills one member; resolves with who stopped and who started after that, in order, once all are up with new pids. */
async function afterTheDeathOf(troupe: TestTroupe, member: string, touched: readonly string[]) {
  const before = new Map(await pids(troupe))
  const { length: seen } = troupe.journal()
  process.kill(before.get(member) ?? 0, 'SIGKILL')
  await eventually(`${touched.join(' and ')} run anew`, async () => {
    const now = await pids(troupe)
    const isAnew = now.every(([name, pid]) => (pid !== before.get(name)) === touched.includes(name))
    return isAnew && now.every(([, pid]) => pid > 0) ? true : undefined
  })
  const since = new Set(
    troupe
      .journal()
      .slice(seen)
      .map(({ id }) => id),
  )
  const who = (type: 'instance.exited' | 'instance.online'): readonly unknown[] =>
    troupe
      .events(type)
      .filter(({ id }) => since.has(id))
      .map(({ data }) => data.service)
  return { ended: who('instance.exited'), started: who('instance.online') }
}

async function pids(troupe: TestTroupe): Promise<readonly (readonly [string, number])[]> {
  const views = await troupe.client.list()
  return views.map(({ service, pid = 0, state }) => [service, state === 'online' ? pid : 0])
}

test('one_for_one: who fails is started again, nobody else is touched', async () => {
  const troupe = await started('one_for_one')

  const { ended, started: anew } = await afterTheDeathOf(troupe, 'second', ['second'])

  expect({ ended, anew }).toEqual({ ended: ['second'], anew: ['second'] })
})

test('rest_for_one: those that were started after it are stopped, the last first, and started again in order', async () => {
  const troupe = await started('rest_for_one')

  const { ended, started: anew } = await afterTheDeathOf(troupe, 'first', members)

  expect(ended).toEqual(['first', 'third', 'second'])
  expect(anew.filter((name) => name !== 'first')).toEqual(['second', 'third'])
})

test('rest_for_one: those that were started before it are not touched', async () => {
  const troupe = await started('rest_for_one')

  const { ended } = await afterTheDeathOf(troupe, 'second', ['second', 'third'])

  expect(ended).toEqual(['second', 'third'])
})

test('one_for_all: everybody is stopped, the last first, and started again in order', async () => {
  const troupe = await started('one_for_all')

  const { ended, started: anew } = await afterTheDeathOf(troupe, 'second', members)

  expect(ended).toEqual(['second', 'third', 'first'])
  expect(anew.filter((name) => name !== 'second')).toEqual(['first', 'third'])
})

test('a member that somebody had stopped is not drawn into the restart', async () => {
  const troupe = await started('one_for_all')
  await troupe.client.stop('third')
  const before = await troupe.pidOf('first')

  process.kill(await troupe.pidOf('second'), 'SIGKILL')
  await eventually('first runs anew', async () =>
    (await troupe.pidOf('first')) === before ? undefined : true,
  )

  expect(await troupe.view('third')).toMatchObject({ state: 'stopped' })
  expect(troupe.events('group.restarting')).toMatchObject([
    { data: { strategy: 'one_for_all', trigger: 'second', stopped: ['first'] } },
  ])
})
