import { beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/protocol/limits.ts'
import { type RejectReason, rejectReasons } from '../../src/protocol/replies.ts'
import type { Incoming } from '../../src/manager/dispatcher.ts'
import { channels, command, lab, settle, signed, stranger } from './dispatch-lab.ts'

type Lab = ReturnType<typeof lab>

/** As many ids as one issuer may use up at once. */
const burst = Array.from({ length: limits.commandBurst }, (_, n) => `q${n}`)

/** How each reason comes about; the last message is the one that is refused. */
const causes: Record<Exclude<RejectReason, 'fenced'>, (on: Lab) => Promise<string> | string> = {
  unknown_op: () => 'restrat id=r1',
  unknown_service: () => command({ services: [{ name: 'apii' }] }),
  bad_message: () => '{bad json',
  too_large: () => `restart ${'x'.repeat(limits.commandBytes)}`,
  expired: () => command({ expiresAt: new Date(999_999) }),
  unsupported_version: () => command().replace('"1.0"', '"2.0"'),
  unsigned: () => command(),
  bad_signature: async () => (await signed()).replace('"restart"', '"stop"'),
  forbidden: () => command({ op: 'kill', services: [] }),
  busy: async (on) => {
    for (let n = 0; n < limits.commandQueue + 1; n += 1) {
      const raw = command({ id: `q${n}`, args: { grace: `${n}s` } })
      on.take(raw, { via: 'local' })
    }
    return await signed({ id: 'one-more' })
  },
  rate_limited: async (on) => {
    for (const id of burst) on.take(await signed({ id, op: 'ping' }))
    return await signed({ id: 'one-more' })
  },
}

describe('a strict host refuses', () => {
  test.each(Object.entries(causes))('%s', async (reason, cause) => {
    const on = lab({ mode: () => 'strict', isSlow: true })
    const raw = await cause(on)
    const before = on.said.length

    on.take(raw)
    await expect.poll(() => on.lines.slice(before).join()).toContain(`rejected ${reason}`)

    expect(on.events.at(-1)).toMatchObject({ type: 'command.rejected', data: { reason } })
    expect(on.said.at(-1)?.envelope).toMatchObject({
      type: 'dev.troupe.command.rejected.v1',
      source: '/main/a',
      causationid: on.events.at(-1)?.cause,
      data: { host: 'a', reason },
    })
  })

  test('somebody with an unknown key, and does not call them unsigned', async () => {
    const on = lab({ mode: () => 'strict' })

    await on.hears(await signed({ by: 'bob' }, { key: stranger }))

    expect(on.events.at(-1)).toMatchObject({ type: 'command.rejected', by: 'bob (unproven)' })
  })

  test('for no other reason than these, and one that only singletons know', () => {
    expect([...Object.keys(causes), 'fenced'].toSorted()).toEqual([...rejectReasons].toSorted())
  })
})

describe('the checks come in order', () => {
  const old = { at: new Date(0) }
  const unknown = { services: [{ name: 'nobody' }] }
  const outsider = { key: stranger }
  const tampered = (raw: string) => raw.replace('"r1"', '"r2"')
  /** Each message fails every check from its own reason on: the first one to fail must be the one that is told. */
  const messages: [RejectReason, () => Promise<string>][] = [
    [
      'too_large',
      async () =>
        `${tampered(await signed({ ...old, ...unknown }, outsider))}${' '.repeat(20_000)}`,
    ],
    [
      'bad_message',
      async () => tampered(await signed({ ...old, ...unknown }, outsider)).slice(0, -1),
    ],
    ['expired', async () => tampered(await signed({ ...old, ...unknown }, outsider))],
    ['unknown_service', async () => tampered(await signed(unknown, outsider))],
    ['forbidden', async () => tampered(await signed({}, outsider))],
    ['forbidden', async () => tampered(await signed({ op: 'kill', services: [] }))],
    ['rate_limited', async () => tampered(await signed())],
  ]

  test.each(messages)('%s', async (reason, message) => {
    const on = lab({ mode: () => 'strict' })
    for (const id of burst) await on.hears(await signed({ id, op: 'ping' }))

    expect(await on.hears(await message())).toEqual([`rejected ${reason}`])
  })

  test('a forged command is told so before it can be taken for a repeated one', async () => {
    const on = lab()
    const raw = await signed()
    await on.hears(raw)

    expect(await on.hears(raw.replace('"restart"', '"stop"'))).toEqual(['rejected bad_signature'])
  })

  test('a repeated command is answered although the queue is full', async () => {
    const on = lab({ isSlow: true })
    for (let n = 0; n < limits.commandQueue + 1; n += 1) {
      on.take(command({ id: `q${n}`, args: { grace: `${n}s` } }), { via: 'local' })
    }
    on.take(command({ id: 'q0' }))
    await settle()

    expect(on.lines.at(-1)).toBe('q0 accepted')
  })
})

describe('who is meant', () => {
  // prettier-ignore
  const meant: [string, string, string, string, string?][] = [
    // who is meant,                channel,                      message,             what it says,               what runs
    ['the service of the channel',   channels.service('api'),      'restart',              'accepted,done',             'restart api'],
    ['one instance of it',           channels.service('api'),      'restart #1',           'accepted,done',             'restart api#1'],
    ['a name with a space',          channels.service('My App'),   'restart',              'accepted,done',             'restart My App'],
    ['another service than that',    channels.service('api'),      'restart web',          'rejected forbidden'         ],
    ['everything, on its channel',   channels.service('api'),      'restart all',          'rejected forbidden'         ],
    ['an instance there is not',     channels.service('api'),      'restart #9',           'rejected unknown_service'   ],
    ['a service on the host',        channels.host('a'),           'restart api web#1',    'accepted,done',             'restart api web#1'],
    ['a typo on the host',           channels.host('a'),           'restart api wbe',      'rejected unknown_service'   ],
    ['no service on the host',       channels.host('a'),           'restart',              'rejected bad_message'       ],
    ['the host itself',              channels.host('a'),           'ping',                 'accepted,done',             'ping'],
    ['everything everywhere',        channels.all,                 'restart all',          'accepted,done',             'restart all'],
    ['what is partly elsewhere',     channels.all,                 'restart db api',       'accepted,done',             'restart api'],
    ['what is elsewhere',            channels.all,                 'restart db',           ''                           ],
    ['our label',                    channels.label('zone', 'x'),  'restart api',          'accepted,done',             'restart api'],
    ['another label',                channels.label('zone', 'y'),  'restart api',          ''                           ],
    ['another host',                 channels.host('b'),           'restart api',          ''                           ],
    ['our probe',                    channels.host('a'),           'p:123',                ''                           ],
  ]

  test.each(meant)('%s', async (...[, channel, raw, says, runs = '']) => {
    const on = lab()

    expect((await on.hears(raw, { channel })).join()).toBe(says)
    expect(on.ran.join()).toBe(runs)
  })

  // prettier-ignore
  const selected: [object, string][] = [
    [{ hosts: ['a', 'b'] },          'accepted,done'],
    [{ hosts: ['b*'] },              ''],
    [{ labels: { zone: ['x'] } },    'accepted,done'],
    [{ labels: { zone: ['y'] } },    ''],
  ]

  test.each(selected)('hosts that are %j', async (hosts, says) => {
    expect((await lab().hears(command({ hosts }), { channel: channels.all })).join()).toBe(says)
  })

  test('the local door never keeps silent, because nobody else could answer', async () => {
    const on = lab()
    const local: Partial<Incoming> = { via: 'local' }

    expect(await on.hears('restart db', { ...local, channel: channels.all })).toEqual([
      'rejected unknown_service',
    ])
    expect(await on.hears('restart api', { ...local, channel: channels.host('b') })).toEqual([
      'rejected unknown_service',
    ])
  })

  test('a pattern over Redis is refused before anybody tries to match it', async () => {
    const on = lab({
      resolve: () => {
        throw new Error('/(/ is a pattern, and over Redis only names, ids and namespaces are known')
      },
    })

    expect(await on.hears('restart /(/')).toEqual(['rejected bad_message'])
    expect(on.said[0]?.reply).toMatchObject({
      message: '/(/ is a pattern, and over Redis only names, ids and namespaces are known',
    })
  })

  test('a typo hears the nearest name', async () => {
    const on = lab()
    await on.hears('restart apii')

    expect(on.said[0]?.reply).toEqual({
      status: 'rejected',
      reason: 'unknown_service',
      op: 'restart',
      message: 'no service on a is called "apii"',
      didyoumean: 'api',
      host: 'a',
    })
  })
})

describe('time', () => {
  // prettier-ignore
  const moments: [string, number, string][] = [
    ['now',                        1_000_000,          'accepted,done'],
    ['a minute ago',               1_000_000 - 60_000, 'accepted,done'],
    ['longer than a minute ago',   1_000_000 - 60_001, 'rejected expired'],
    ['in more than a minute',      1_000_000 + 60_001, 'rejected expired'],
  ]

  test.each(moments)('of a signature: %s', async (_, at, says) => {
    expect((await lab().hears(await signed({ at: new Date(at) }))).join()).toBe(says)
  })

  test('is that of Redis, not of this host', async () => {
    const on = lab({ timeOffsetMs: () => 120_000 })

    expect(await on.hears(await signed())).toEqual(['rejected expired'])
    expect(await on.hears(await signed({ at: new Date(1_120_000) }))).toEqual(['accepted', 'done'])
  })

  test('does not matter for a command that is neither signed nor says when it expires', async () => {
    expect(await lab().hears(command({ at: new Date(0) }))).toEqual(['accepted', 'done'])
  })
})

describe('budgets', () => {
  let on: Lab
  beforeEach(() => {
    on = lab()
  })

  test('refill with time', async () => {
    for (let n = 0; n < limits.commandBurst; n += 1) await on.hears(`ping id=${n}`)
    expect(await on.hears('ping id=x')).toEqual(['rejected rate_limited'])

    on.clock.advance(100)

    expect(await on.hears('ping id=x')).toEqual(['accepted', 'done'])
  })

  test('are the issuer’s own, and the local door has none', async () => {
    for (let n = 0; n < limits.commandBurst + 1; n += 1) await on.hears(`ping id=${n}`)

    expect(await on.hears(await signed())).toEqual(['accepted', 'done'])
    expect(await on.hears('ping', { via: 'local' })).toEqual(['accepted', 'done'])
  })

  test('cannot be used up by who only claims to be somebody', async () => {
    const forged = (await signed()).replace('"restart"', '"stop"')
    for (let n = 0; n < limits.commandBurst * 2; n += 1) await on.hears(forged)

    expect(await on.hears(await signed({ id: 'true' }))).toEqual(['accepted', 'done'])
  })

  test('hold for garbage as well: what nobody waits for is answered now and then', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => on.hears('{garbage')))

    expect(answers.flat().length).toBeGreaterThan(0)
    expect(on.said.length).toBeLessThan(5)
    expect(on.dead.length).toBe(on.said.length)
  })
})
