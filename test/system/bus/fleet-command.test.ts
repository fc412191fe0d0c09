import { expect, onTestFinished, test } from 'vitest'
import { type Fleet, type FleetOptions, openFleet } from '../../../src/bus/fleet.ts'
import { replyEnvelope } from '../../../src/protocol/reply-envelope.ts'
import type { Reply } from '../../../src/protocol/replies.ts'
import { fixture } from '../../support/built.ts'
import { eventually } from '../../support/eventually.ts'
import { startOnRedis } from '../fleet/given.ts'
import { becomes } from './fixtures.ts'
import { busOn, channels, ns } from './given.ts'
import { openLab, type WatchLab } from './watch-lab.ts'

const accepted: Reply = { status: 'accepted', op: 'restart' }
const done: Reply = { status: 'done', op: 'restart', result: { instances: [] }, ms: 1 }

interface Heard {
  readonly id: string
  readonly source: string
  readonly replyto: string
  readonly data: object
}

/** A host that hears commands to all and to `api`, and answers when the test says so. */
async function hostOn({ redis }: WatchLab, host: string) {
  const test = busOn(redis.url, { host })
  onTestFinished(() => test.bus.close())
  await becomes('up', test)
  const heard: Heard[] = []
  for (const channel of [channels.all, channels.service('api'), channels.host(host)]) {
    await test.bus.carrier.subscribe(channel, (raw) => heard.push(JSON.parse(raw) as Heard))
  }
  const say = async (reply: Reply) => {
    const { id, replyto } = heard.at(-1) ?? { id: '', replyto: '' }
    const body = replyEnvelope(reply, { ns, host, commandId: id, id: 'x', at: new Date() })
    const entry = { commandId: id, status: reply.status, body: JSON.stringify(body) }
    await test.bus.reply({ ...entry, replyTo: replyto })
  }
  const hears = () => eventually(`${host} heard it`, () => heard.at(-1))
  return { heard, hears, say }
}

async function openOn(options: FleetOptions): Promise<Fleet> {
  const fleet = await openFleet(options)
  onTestFinished(() => fleet.close())
  return fleet
}

test('a real manager is commanded and watched over Redis alone', async () => {
  const { troupe, redis, ns: namespace } = await startOnRedis()
  const worker = { name: 'worker', script: fixture('http-server.mjs'), env: { PORT: '0' } }
  await troupe.declare({ apps: [worker] })
  const before = await troupe.pidOf('worker')
  const fleet = await openOn({ redis: redis.url, namespace, by: 'anna' })
  const events = fleet.events({ service: 'worker', types: ['instance.online'] })
  const online = events[Symbol.asyncIterator]().next()
  await eventually(
    'the manager serves the worker',
    async () =>
      (await redis.redisCli('PUBSUB', 'NUMSUB', `troupe:${namespace}:cmd:svc:worker`)).endsWith(
        '1',
      ) || undefined,
  )

  const { replies, silent } = await fleet.command('restart', 'worker', { grace: '1s' })

  const pid = await troupe.pidOf('worker')
  expect(pid).not.toBe(before)
  expect(replies).toMatchObject([{ host: 'a', status: 'done', result: { instances: [{ pid }] } }])
  expect(silent).toBe(0)
  expect(await online).toMatchObject({ value: { event: { data: { host: 'a', pid } } } })
  const ping = await fleet.command('ping', [], {})
  expect(ping.replies).toMatchObject([{ host: 'a', status: 'done', result: { namespace } }])
  await eventually(
    'the state says so',
    async () =>
      (await fleet.states()).some((one) => one.status === 'online' && one.pid === pid) || undefined,
  )
})

test('a command is JSON, says who asks, and gathers the last word of every host', async () => {
  const lab = await openLab()
  const [a, b] = [await hostOn(lab, 'a'), await hostOn(lab, 'b')]
  const fleet = await openOn({ redis: lab.redis.url, by: 'anna' })

  const outcome = fleet.command('restart', 'api#1', { grace: '5s' })
  const { id, source, data } = await a.hears()
  await b.hears()
  await a.say(accepted)
  await b.say({ status: 'rejected', reason: 'unsigned', op: 'restart', message: 'not signed' })
  await a.say(done)

  expect(source).toBe('op:anna')
  expect(data).toEqual({
    op: 'restart',
    args: { grace: '5s' },
    target: { services: [{ name: 'api', slot: 1 }] },
  })
  expect(await outcome).toMatchObject({
    id,
    replies: [
      { host: 'a', status: 'done' },
      { host: 'b', status: 'rejected', reason: 'unsigned' },
    ],
    silent: 0,
  })
})

test('who says nothing is waited for 2 s, and counted', async () => {
  const lab = await openLab()
  const [a] = [await hostOn(lab, 'a'), await hostOn(lab, 'b')]

  const outcome = lab.fleet.command('restart', 'all', {})
  await a.hears()
  await a.say(done)

  expect(await outcome).toMatchObject({ replies: [{ host: 'a' }], silent: 1 })
})

test('one host alone is asked on its own channel', async () => {
  const lab = await openLab()
  const [a, b] = [await hostOn(lab, 'a'), await hostOn(lab, 'b')]

  const outcome = lab.fleet.command('restart', ['api', 'web'], {}, { hosts: ['b'] })
  await b.hears()
  await b.say(done)

  expect(await outcome).toMatchObject({ replies: [{ host: 'b', status: 'done' }], silent: 0 })
  expect(a.heard).toEqual([])
})

test('replies that came while the way was cut are read from their stream', async () => {
  const lab = await openLab()
  const a = await hostOn(lab, 'a')
  const told: unknown[] = []
  const onProgress = (value: unknown, host: string) => told.push([host, value])

  const outcome = lab.fleet.command('restart', 'api', {}, { onProgress })
  await a.hears()
  await a.say(accepted)
  await lab.proxy.cut()
  await a.say({ status: 'progress', op: 'restart', value: 1 })
  await a.say({ status: 'progress', op: 'restart', value: 2 })
  await a.say(done)
  await lab.proxy.resume()

  expect(await outcome).toMatchObject({ replies: [{ host: 'a', status: 'done' }] })
  expect(told).toEqual([
    ['a', 1],
    ['a', 2],
  ])
})

test('when the time is over, what is known is told', async () => {
  const lab = await openLab()
  const a = await hostOn(lab, 'a')

  const outcome = lab.fleet.command('restart', 'api', {}, { timeoutMs: 500 })
  await a.hears()
  await a.say(accepted)

  expect(await outcome).toMatchObject({ replies: [{ host: 'a', status: 'accepted' }] })
})

test('nobody there, too much to say, Redis away, closed: each has its code', async () => {
  const lab = await openLab()
  const { fleet } = lab

  await expect(fleet.command('restart', 'api', {})).rejects.toMatchObject({
    code: 'E_MANAGER_UNREACHABLE',
  })
  await expect(fleet.command('restart', 'x'.repeat(17_000), {})).rejects.toMatchObject({
    code: 'E_TOO_LARGE',
  })
  await lab.proxy.cut()
  await expect.poll(() => lab.links.at(-1)?.kind).toBe('down')
  await expect(fleet.command('restart', 'api', {})).rejects.toMatchObject({ code: 'E_BUS_DOWN' })
  await fleet.close()
  await expect(fleet.command('restart', 'api', {})).rejects.toMatchObject({ code: 'E_CLOSED' })
})

test('a Redis that is not there is said at once, without the password', async () => {
  const opening = openFleet({ redis: 'redis://anna:secret@127.0.0.1:1' })

  await expect(opening).rejects.toMatchObject({
    code: 'E_BUS_DOWN',
    message: expect.not.stringContaining('secret'),
  })
})
