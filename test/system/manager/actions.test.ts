import { describe, expect, test } from 'vitest'
import type { ActionReply } from '../../../src/protocol/answers.ts'
import type { InstanceDetail } from '../../../src/protocol/views.ts'
import { fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'
import { repliesTo, startOnRedis } from '../fleet/given.ts'

const shop = { name: 'shop', script: fixture('offers-actions.cjs') }

type Instruments = NonNullable<InstanceDetail['instruments']>

/** What is known of a slot once it has said everything. */
function known(troupe: TestTroupe, slot = 0): Promise<Instruments> {
  return eventually(`shop#${slot} has said what it offers`, async () => {
    const [service] = await troupe.client.describe('shop')
    const instruments = service?.instances.find((one) => one.slot === slot)?.instruments
    return instruments?.metrics['users'] === undefined ? undefined : instruments
  })
}

async function trigger(
  troupe: TestTroupe,
  params: Parameters<typeof troupe.client.command<'trigger'>>[2],
): Promise<readonly ActionReply[]> {
  return (await troupe.client.command('trigger', 'shop', params)).replies
}

describe.each<[string, object, number]>([
  ['fork', {}, 1],
  ['cluster', { exec_mode: 'cluster', instances: 2 }, 2],
])('a service in %s mode', (_, mode, count) => {
  test('shows its actions and metrics, answers what it is asked, and still does after the death of the manager', async () => {
    const troupe = await startManager()
    await troupe.declare({ apps: [{ ...shop, ...mode }] })
    const before = await Promise.all([...Array(count).keys()].map((slot) => known(troupe, slot)))
    const running = await Promise.all(before.map((__, slot) => troupe.pidOf('shop', slot)))

    const answers = await trigger(troupe, { action: 'greet', params: { name: 'anna' } })
    await troupe.killManager()
    await troupe.reconnect()
    await troupe.until('shop', 'online')
    const [after] = await troupe.client.describe('shop')
    const again = await trigger(troupe, { action: 'greet' })

    expect(before[0]?.actions[0]).toEqual({ name: 'greet', type: 'custom', arity: 2 })
    expect(before[0]?.metrics['users']).toMatchObject({ unit: 'people', historic: true })
    expect(before[0]?.options).toEqual({ module_name: 'shop', module_conf: { password: '***' } })
    expect(answers).toMatchObject(
      running.map((pid, slot) => ({
        slot,
        kind: 'answered',
        return: { hello: { name: 'anna' }, pid },
      })),
    )
    expect(after?.instances.map(({ instruments }) => instruments?.actions)).toEqual(
      before.map(({ actions }) => actions),
    )
    expect(again).toMatchObject(
      running.map((pid) => ({ kind: 'answered', return: { hello: 'you', pid } })),
    )
  })
})

test.each<[string, object]>([
  ['fork', {}],
  ['cluster', { exec_mode: 'cluster' }],
])('an error that ends a service in %s mode is told before its end', async (_, mode) => {
  const troupe = await startManager()
  const script = fixture('throws-when-told.cjs')
  await troupe.declare({ apps: [{ name: 'shop', script, autorestart: false, ...mode }] })
  await troupe.ready('shop')

  await troupe.client.command('send', 'shop', { data: 'out of apples' })
  await troupe.until('shop', 'stopped')

  const told = troupe
    .journal()
    .filter(({ type }) => /instance\.(message|exited)/.test(type))
    .map(({ data }) => data as Readonly<Record<string, unknown>>)
  expect(told).toMatchObject([
    {
      message: {
        type: 'process:exception',
        data: { name: 'RangeError', message: 'out of apples', stack: expect.any(String) },
      },
    },
    { exit: { code: 1 }, class: 'failure' },
  ])
})

test('metrics and what is offered are no events, answers and errors are', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [shop] })
  await known(troupe)

  const [big] = await trigger(troupe, { action: 'big' })
  await expect(trigger(troupe, { action: 'fail', deadline: '10ms' })).resolves.toHaveLength(1)

  // Longer than an event, and whole all the same.
  expect(big).toMatchObject({ kind: 'answered', return: 'x'.repeat(100_000) })
  const said = await eventually('both are told', () => {
    const events = troupe.events('instance.message', 'shop')
    return events.length === 2 ? events : undefined
  })
  expect(said.map(({ data }) => (data.message as { type: string }).type)).toEqual([
    'axm:reply',
    'process:exception',
  ])
})

test('who does not answer is said to be silent, and why', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [shop] })

  // Asked before it has said anything: that is waited for.
  const late = await trigger(troupe, { action: 'hold', deadline: '100ms' })
  const ended = await trigger(troupe, { action: 'quit' })

  expect(late).toMatchObject([{ kind: 'silent', why: 'it did not answer within 100 ms' }])
  expect(ended).toMatchObject([{ kind: 'silent', why: 'it ended with code 3 before it answered' }])
})

test('what nobody offers is refused with what is offered; what has ended offers nothing', async () => {
  const troupe = await startManager()
  await troupe.declare({ apps: [shop] })
  await known(troupe)

  await expect(trigger(troupe, { action: 'gret' })).rejects.toMatchObject({
    code: 'E_FAILED',
    message: 'shop does not offer gret, but: tell, fail, big, quit, hold, greet',
    hint: 'did you mean greet?',
  })
  await troupe.client.stop('shop')

  const [service] = await troupe.client.describe('shop')
  expect(service?.instances[0]).not.toHaveProperty('instruments')
  await expect(trigger(troupe, { action: 'greet' })).rejects.toMatchObject({
    message: 'shop was not asked: no process of it runs',
  })
})

test('a person with redis-cli asks for an action and finds the answer', async () => {
  const on = await startOnRedis()
  const { troupe, redis, ns } = on
  await troupe.declare({ apps: [shop] })
  await known(troupe)

  await eventually('somebody serves the shop', async () => {
    const command = 'trigger id=t1 action=greet params=anna deadline=5s'
    const count = await redis.redisCli('PUBLISH', `troupe:${ns}:cmd:svc:shop`, command)
    return count.endsWith('0') ? undefined : count
  })

  const replies = await repliesTo(on, 't1', 'done')
  const { data } = JSON.parse(replies.at(-1)?.['e'] ?? '') as { data: { result: unknown } }
  expect(data.result).toMatchObject({
    replies: [{ service: 'shop', action: 'greet', kind: 'answered', return: { hello: 'anna' } }],
  })
})
