import { describe, expect, test } from 'vitest'
import { TroupeError } from '../../src/base/errors.ts'
import { limits } from '../../src/protocol/limits.ts'
import { channels, command, lab, settle, signed } from './dispatch-lab.ts'

describe('a command', () => {
  test('is accepted, reports, and is done', async () => {
    const on = lab({ isSlow: true })

    on.take('restart api id=r1 replyto=troupe:main:re:anna')
    await settle()
    on.begun[0]?.call.progress({ stopped: 1 })
    on.clock.advance(250)
    on.begun[0]?.finish({ instances: [] })
    await on.door.drain()
    on.begun[0]?.call.progress('too late')

    expect(on.said.map(({ reply }) => reply)).toEqual([
      { status: 'accepted', op: 'restart', host: 'a' },
      { status: 'progress', op: 'restart', value: { stopped: 1 }, host: 'a' },
      { status: 'done', op: 'restart', result: { instances: [] }, ms: 250, host: 'a' },
    ])
    expect(
      on.said.every(({ id, replyTo }) => id === 'r1' && replyTo === 'troupe:main:re:anna'),
    ).toBe(true)
    expect(on.events).toEqual([
      {
        type: 'command.accepted',
        service: 'api',
        by: 'redis-cli (unsigned)',
        cause: 'r1',
        data: { op: 'restart' },
      },
      {
        type: 'command.done',
        service: 'api',
        by: 'redis-cli (unsigned)',
        cause: 'r1',
        data: { op: 'restart', ms: 250, services: ['api'] },
      },
    ])
  })

  test('reaches its handler with everything that sender and channel said', async () => {
    const on = lab()
    const channel = channels.service('web')
    await on.hears(await signed({ services: [], args: { grace: '5s' } }, { channel }), { channel })

    expect(on.begun[0]?.call).toMatchObject({
      id: 'r1',
      op: 'restart',
      services: [{ name: 'web' }],
      params: { grace: '5s' },
      by: 'anna',
      via: 'redis',
    })
  })

  test('through the local door is run at once, and believed who sends it', () => {
    const on = lab({ isSlow: true, mode: () => 'strict' })
    on.take(command({ op: 'kill', services: [], by: 'root' }), { via: 'local' })

    expect(on.begun[0]?.call).toMatchObject({ op: 'kill', by: 'root', via: 'local' })
  })

  test('that fails on purpose says so with its code and the next step', async () => {
    const on = lab({ isSlow: true })

    on.take(command())
    await settle()
    on.begun[0]?.fail(new TroupeError('E_SPAWN', 'node is not there', { hint: 'install it' }))
    await on.door.drain()

    expect(on.said.at(-1)?.reply).toMatchObject({
      status: 'failed',
      code: 'E_SPAWN',
      message: 'node is not there',
      hint: 'install it',
    })
    expect(on.events.at(-1)).toMatchObject({
      type: 'command.failed',
      data: { why: 'node is not there' },
    })
    expect(on.logged).toEqual([])
  })

  test('that breaks has failed as well, and is written to the log', async () => {
    const on = lab({ isSlow: true })

    on.take(command())
    await settle()
    on.begun[0]?.fail(new TypeError('x is undefined'))
    await on.door.drain()

    expect(on.said.at(-1)?.reply).toMatchObject({
      status: 'failed',
      code: 'E_FAILED',
      message: 'x is undefined',
    })
    expect(on.logged).toEqual(['restart broke: TypeError: x is undefined'])
  })

  test('that only reads leaves no event, unless it is refused', async () => {
    const on = lab({ mode: () => 'strict' })
    await on.hears(await signed({ op: 'status' }))
    await on.hears('status')

    expect(on.events.map(({ type }) => type)).toEqual(['command.rejected'])
  })

  test('of a signer follows the one before it, although signatures take their time', async () => {
    const on = lab()
    const ids = ['1', '2', '3', '4', '5']
    const raws = await Promise.all(ids.map((id) => signed({ id, args: { grace: id } })))
    for (const raw of raws) on.take(raw)
    on.take('restart web id=6')
    await on.door.drain()

    expect(on.begun.map(({ call }) => call.id)).toEqual([...ids, '6'])
  })
})

describe('a command that waits for its turn', () => {
  test('longer than it is meant to live is not run any more', async () => {
    const on = lab({ isSlow: true })
    on.take(command({ id: 'first' }))
    on.take(command({ id: 'second', args: { grace: '1s' }, expiresAt: new Date(1_060_000) }))
    await settle()

    on.clock.advance(60_000)
    on.begun[0]?.finish()
    await on.door.drain()

    expect(on.lines.at(-1)).toBe('second failed')
    expect(on.ran).toEqual(['restart api'])
  })
})

describe('a command that comes again', () => {
  test('while it runs waits for the one outcome', async () => {
    const on = lab({ isSlow: true })

    on.take(command({ replyTo: 'troupe:main:re:first' }))
    on.take(command({ replyTo: 'troupe:main:re:again' }))
    on.take(command({ replyTo: 'troupe:main:re:again' }))
    await settle()
    on.begun[0]?.finish()
    await on.door.drain()

    expect(on.ran).toEqual(['restart api'])
    expect(on.said.map(({ replyTo, reply }) => `${replyTo?.slice(15)} ${reply.status}`)).toEqual([
      'first accepted',
      'again accepted',
      'again accepted',
      'first done',
      'again done',
    ])
  })

  test('after it is done hears what came of it', async () => {
    const on = lab()
    await on.hears(command())

    expect(await on.hears(command())).toEqual(['done'])
    expect(on.ran).toEqual(['restart api'])
  })

  test('after it is forgotten is a new command', async () => {
    const on = lab()
    await on.hears(command())
    on.clock.advance(limits.rememberedMs + 120_000)

    expect(await on.hears(command())).toEqual(['accepted', 'done'])
  })

  test('with another operation is refused, and hears nothing of the first one', async () => {
    const on = lab()
    await on.hears(command({ op: 'config', services: [] }), { via: 'local' })

    expect(await on.hears('status id=r1')).toEqual(['rejected bad_message'])
    expect(on.ran).toEqual(['config'])
  })

  test('and only reads is read again', async () => {
    const on = lab()
    await on.hears('status id=r1')

    expect(await on.hears('status id=r1')).toEqual(['accepted', 'done'])
  })

  test('hears a long answer in short, and a short one in full', async () => {
    const on = lab({ isSlow: true })
    on.take(command())
    await settle()
    on.begun[0]?.finish({ instances: Array.from({ length: 1_000 }, (_, id) => ({ id })) })
    await on.door.drain()

    await on.hears(command())

    expect(on.said.at(-1)?.reply).toMatchObject({ status: 'done', result: { instances: [] } })
  })
})

describe('a requester', () => {
  test('of the local door is gone with its connection', () => {
    const on = lab({ isSlow: true })
    const connection = new AbortController()

    on.take('logs api follow=true', { via: 'local', gone: connection.signal })
    expect(on.begun[0]?.call.gone.aborted).toBe(false)

    connection.abort()
    expect(on.begun[0]?.call.gone.aborted).toBe(true)
  })

  // prettier-ignore
  const stays: [string, Date | undefined, number][] = [
    ['until its command expires',     new Date(1_005_000), 5_000],
    ['as long as its reply stream',   undefined,           limits.replyStreamTtlMs],
  ]

  test.each(stays)('over Redis stays %s', async (_, expiresAt, ms) => {
    const on = lab({ isSlow: true })
    on.take(command({ op: 'logs', args: { follow: true }, ...(expiresAt && { expiresAt }) }))
    await settle()

    on.clock.advance(ms - 1)
    expect(on.begun[0]?.call.gone.aborted).toBe(false)

    on.clock.advance(1)
    expect(on.begun[0]?.call.gone.aborted).toBe(true)
  })

  test('leaves no timer behind', async () => {
    const on = lab()
    await on.hears(command())
    await on.hears('ping')

    expect(on.clock.armed).toBe(0)
  })
})

test('a port that breaks stops nothing', async () => {
  let isBroken = true
  const on = lab({
    timeOffsetMs: () => {
      if (isBroken) throw new Error('no clock')
      return 0
    },
  })
  on.take(command({ id: '1' }))
  isBroken = false

  expect(await on.hears(command({ id: '2' }))).toEqual(['accepted', 'done'])
  expect(on.logged).toEqual(['a command was not taken: Error: no clock'])
})

test('what the manager does by itself waits for the commands about the same service, and they for it', async () => {
  const on = lab({ isSlow: true })
  const did: string[] = []
  let end = (): void => {}
  on.take('reload api id=1')
  await settle()

  const done = on.door.inTurn('api', () => {
    did.push('api')
    return new Promise((resolve) => (end = resolve))
  })
  await on.door.inTurn('web', async () => void did.push('web'))
  on.take('reload api id=2')
  await settle()
  expect(did).toEqual(['web'])
  on.begun[0]?.finish()
  await settle()
  expect([...did, ...on.ran]).toEqual(['web', 'api', 'reload api'])
  end()
  await done
  await settle()

  expect(on.ran).toEqual(['reload api', 'reload api'])
})
