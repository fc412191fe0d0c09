import { expect, test } from 'vitest'
import { clientOver } from '../../src/control/client.ts'
import { inheritedFrom, troupeOver } from '../../src/control/connect.ts'
import type { Declaration } from '../../src/declaration/service.ts'
import { padSequence } from '../../src/protocol/envelope.ts'
import { doorway } from './given.ts'

interface Asked {
  readonly id: string
  readonly replyto: string
  readonly data: { readonly op: string; readonly target?: unknown; readonly args: Args }
}

interface Args {
  readonly after?: string
  readonly limit?: number
  readonly since?: number
}

/** A library connected to a manager that keeps a journal of events and does as it is told. */
async function connected() {
  const journal: { logid: string; sequence: string; type: string; data: object }[] = []
  const asked: Asked['data'][] = []
  const door = doorway({ onCommand: ({ raw }) => void answer(JSON.parse(raw) as Asked) })

  async function answer({ id, replyto, data }: Asked): Promise<void> {
    asked.push(data)
    const reply = { status: 'done', op: data.op, ms: 0, result: resultOf(data) }
    await door.hub.publish(replyto, JSON.stringify({ causationid: id, data: reply }))
  }

  function resultOf({ op, args }: Asked['data']): unknown {
    if (op === 'describe') return { services: [{ name: 'api' }] }
    if (op !== 'events') return { instances: [{ service: 'api', slot: 0 }] }
    const from = args.since ?? Number.parseInt(args.after ?? '0', 10)
    const events = journal.slice(from).slice(0, args.limit ?? Infinity)
    const sequence = journal.length
    return { events, bookmark: { epoch: 'e', sequence, lastId: `${sequence}-0` } }
  }

  async function happen(service: string, type = 'instance.online'): Promise<void> {
    const at = journal.length + 1
    const data = { service, host: 'a', text: `${service} ${at}` }
    const event = {
      logid: `${at}-0`,
      sequence: padSequence(at),
      type: `dev.troupe.${type}.v1`,
      data,
    }
    journal.push(event)
    await door.hub.publish('troupe:main:ev:*', JSON.stringify(event))
  }

  const stream = door.raw()
  const troupe = troupeOver(await clientOver(stream, door.clock))
  return { troupe, asked, happen, stream }
}

test('services are commanded by name and by instance', async () => {
  const { troupe, asked } = await connected()

  await troupe.start(['api', 'worker'])
  await troupe.restart('api#1', { grace: '2s' })
  await troupe.stop('all')
  await troupe.delete('worker')

  expect(asked).toEqual([
    { op: 'start', target: { services: [{ name: 'api' }, { name: 'worker' }] }, args: {} },
    { op: 'restart', target: { services: [{ name: 'api', slot: 1 }] }, args: { grace: '2s' } },
    { op: 'stop', target: { services: [{ name: 'all' }] }, args: {} },
    { op: 'delete', target: { services: [{ name: 'worker' }] }, args: {} },
  ])
})

test('a declaration is started with what the caller has in its environment', async () => {
  const { troupe, asked } = await connected()
  const declaration: Declaration = { services: [], groups: [], warnings: [] }

  await troupe.start(declaration)

  expect(asked).toMatchObject([
    {
      op: 'declare',
      args: { declaration, inherited: { PATH: process.env['PATH'] } },
    },
  ])
})

test("what Troupe keeps in an environment is not the services' business", () => {
  expect(inheritedFrom({ A: '1', TROUPE_HOME: '/x', TROUPE_SOCK: '/y', B: undefined })).toEqual({
    A: '1',
  })
})

test('what is asked for is what comes, without its wrapping', async () => {
  const { troupe } = await connected()

  expect(await troupe.list()).toEqual([{ service: 'api', slot: 0 }])
  expect(await troupe.describe('api')).toEqual([{ name: 'api' }])
  expect(troupe.greeting).toEqual({ ns: 'main', host: 'a' })
})

test('events are told from the moment they are asked for, in order, filtered', async () => {
  const { troupe, happen } = await connected()
  await happen('api')
  const events = troupe.events({ service: 'api', types: ['instance.exited'] })
  await troupe.ping()

  await happen('api', 'instance.exited')
  await happen('worker', 'instance.exited')
  await happen('api', 'instance.online')
  await happen('api', 'instance.exited')

  expect(await texts(events, 2)).toEqual(['api 2', 'api 5'])
})

test('events can be told from the past on', async () => {
  const { troupe, happen } = await connected()
  for (const service of ['a', 'b', 'c']) await happen(service)

  // In this journal, time is counted in events.
  const since = troupe.events({ since: 1 })
  const after = troupe.events({ after: { epoch: 'e', sequence: 2, lastId: '2-0' } })

  expect(await texts(since, 2)).toEqual(['b 2', 'c 3'])
  expect(await texts(after, 1)).toEqual(['c 3'])
})

test('what the manager has forgotten is told, whatever is filtered', async () => {
  const { troupe } = await connected()

  const events = troupe.events({
    service: 'x',
    after: { epoch: 'old', sequence: 9, lastId: '9-0' },
  })

  const { value } = await events[Symbol.asyncIterator]().next()
  expect(value).toMatchObject({ kind: 'resync', why: 'epoch', states: [{ service: 'api' }] })
})

test('an iteration over events ends with its signal and with the connection that was closed', async () => {
  const { troupe } = await connected()
  const end = new AbortController()
  const aborted = texts(troupe.events({ signal: end.signal }), 1)
  const closed = texts(troupe.events(), 1)
  await troupe.ping()

  end.abort()
  expect(await aborted).toEqual([])

  await troupe.close()
  expect(await closed).toEqual([])
})

test('a connection that breaks is an error of the iteration, never its quiet end', async () => {
  const { troupe, happen, stream } = await connected()
  const events = troupe.events()[Symbol.asyncIterator]()
  const first = events.next()
  await troupe.ping()
  await happen('api')
  expect((await first).done).toBe(false)
  const second = events.next()

  stream.destroy()

  await expect(second).rejects.toMatchObject({ code: 'E_MANAGER_UNREACHABLE' })
})

async function texts(
  items: ReturnType<ReturnType<typeof troupeOver>['events']>,
  count: number,
): Promise<readonly string[]> {
  const told: string[] = []
  for await (const item of items) {
    told.push(item.kind === 'event' ? item.event.data.text : item.why)
    if (told.length === count) break
  }
  return told
}
