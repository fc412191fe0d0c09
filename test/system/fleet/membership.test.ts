import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'
import { fleetOf, untilJoined } from './given.ts'

const statesOf = async (troupe: TestTroupe) => {
  const { hosts } = await troupe.client.command('hosts', [], {})
  return Object.fromEntries(hosts.map(({ host, state }) => [host, state]))
}

/** When anybody first said so of a host, ms since 1970. */
function saidAt(managers: readonly TestTroupe[], type: string, host: string): number | undefined {
  const said = managers
    .flatMap((troupe) => troupe.journal())
    .filter((event) => event.type === `dev.troupe.${type}.v1` && event.data['host'] === host)
  return said.map(({ time }) => Date.parse(time)).toSorted((a, b) => a - b)[0]
}

test('every host sees every other, with its labels', async () => {
  const { managers } = await fleetOf(['web-1', 'web-2', 'db-1'])
  const [first] = managers
  if (first === undefined) throw new Error('there are three')

  const { hosts } = await first.client.command('hosts', [], {})

  expect(hosts.map(({ host, state, info }) => [host, state, info?.labels['zone']])).toEqual([
    ['db-1', 'up', 'us'],
    ['web-1', 'up', 'eu'],
    ['web-2', 'up', 'us'],
  ])
})

test.each([0, 1, 2])(
  'manager %i of three is killed: the others say so within a second',
  async (at) => {
    const { managers } = await fleetOf(['a', 'b', 'c'])
    const host = ['a', 'b', 'c'][at] ?? ''
    const victim = managers[at]
    const others = managers.filter((troupe) => troupe !== victim)
    if (victim === undefined) throw new Error('there are three')
    await eventually('somebody saw it up', () => saidAt(managers, 'fleet.host_up', host))

    let killedAt = 0
    await victim.withoutManager(async () => {
      killedAt = Date.now()
      await eventually('the others say so', () => saidAt(others, 'fleet.host_unreachable', host))
      const [other] = others
      if (other === undefined) throw new Error('there are two')
      expect((await statesOf(other))[host]).toBe('unreachable')
    })

    const said = saidAt(others, 'fleet.host_unreachable', host) ?? Infinity
    expect(said - killedAt).toBeLessThan(1_000)
    await eventually('it is back', () => saidAt(others.concat(victim), 'fleet.host_up', host))
  },
)

test('a host that leaves is down at once, and nobody takes it for lost', async () => {
  const { managers } = await fleetOf(['a', 'b'])
  const [first, second] = managers
  if (first === undefined || second === undefined) throw new Error('there are two')
  await eventually('somebody saw it up', () => saidAt(managers, 'fleet.host_up', 'b'))

  await second.client.command('detach', [], {})

  await eventually('it is down', async () =>
    (await statesOf(first))['b'] === 'down' ? true : undefined,
  )
  expect(saidAt([first], 'fleet.host_unreachable', 'b')).toBeUndefined()
})

test('a second host of the same name is refused, obeys nobody, and comes in when the first has left', async () => {
  const { redis, managers } = await fleetOf(['a'])
  const [first] = managers
  if (first === undefined) throw new Error('there is one')
  const second = await startManager()
  await second.client.command('config', [], { set: { 'host.name': 'a' } })
  await second.client.command('detach', [], {})
  await second.client.close()
  await second.reconnect()
  for (const troupe of [first, second]) {
    await troupe.declare({ apps: [{ name: 'worker', script: 'sleep 1000' }] })
  }
  const pids = () => Promise.all([first, second].map((troupe) => troupe.pidOf('worker')))
  const before = await pids()

  await second.client.command('config', [], { set: { 'redis.url': redis.url } })
  const refused = await eventually('it is refused', async () => {
    const { bus } = await second.client.ping()
    return bus.kind === 'down' && bus.why.includes('another manager') ? bus : undefined
  })
  await redis.redisCli('PUBLISH', 'troupe:main:cmd:host:a', 'restart worker id=r1')
  await eventually('the first restarts', async () =>
    (await pids())[0] === before[0] ? undefined : true,
  )

  expect(refused.why).toContain('troupe config set host.name')
  expect((await pids())[1]).toBe(before[1])
  expect((await first.client.ping()).bus.kind).toBe('up')

  await first.client.command('detach', [], {})
  await untilJoined(second)
})
