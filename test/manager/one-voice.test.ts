import { describe, expect, test } from 'vitest'
import { channels, command, lab, signed } from './dispatch-lab.ts'

/** Three hosts that hear the same channels and agree through one `once`, as over one Redis. */
function fleet() {
  const agreed = new Map<string, string>()
  const once = async (digest: string, mine: string): Promise<string> => {
    const common = agreed.get(digest) ?? mine
    agreed.set(digest, common)
    return common
  }
  const hosts = ['a', 'b', 'c'].map((host) => lab({ once, host, mode: () => 'mixed' }))
  return {
    hosts,
    async hears(raw: string, channel = channels.all): Promise<readonly string[]> {
      const said = await Promise.all(hosts.map((host) => host.hears(raw, { channel })))
      return said.flat()
    },
    get said() {
      return hosts.flatMap((host) => host.said)
    },
    get events() {
      return hosts.flatMap((host) => host.events)
    },
    get dead() {
      return hosts.flatMap((host) => host.dead)
    },
  }
}

describe('of three hosts that hear the same', () => {
  // prettier-ignore
  const mistakes: [string, () => string | Promise<string>, string][] = [
    ['garbage',               () => '{bad json',                              'bad_message'],
    ['a typo',                () => 'restrat',                                'unknown_op'],
    ['a typo with an id',     () => 'restrat id=r1',                          'unknown_op'],
    ['too much',              () => 'x'.repeat(20_000),                       'too_large'],
    ['no signature',          () => command(),                                'unsigned'],
    ['a signature of old',    () => signed({ at: new Date(0) }, { channel: channels.all }), 'expired'],
    ['another’s signature',   () => signed({}, { channel: channels.host('a') }),  'bad_signature'],
  ]

  test.each(mistakes)('one answers %s', async (_, message, reason) => {
    const on = fleet()

    expect(await on.hears(await message())).toEqual([`rejected ${reason}`])
    expect(on.events).toHaveLength(1)
    expect(on.events[0]).toMatchObject({ type: 'command.rejected', cause: on.said[0]?.id })
    expect(on.dead.length).toBeLessThanOrEqual(1)
  })

  test('all answer what they do, under one id', async () => {
    const on = fleet()

    await on.hears('ping')

    expect(on.said.map(({ reply }) => reply.status).toSorted()).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'done',
      'done',
      'done',
    ])
    expect(new Set(on.said.map(({ id }) => id)).size).toBe(1)
  })

  test('each says for itself that it does not know a service', async () => {
    const on = fleet()
    expect(await on.hears('describe', channels.service('db'))).toEqual([
      'rejected unknown_service',
      'rejected unknown_service',
      'rejected unknown_service',
    ])
  })

  test('none answers for a service that is elsewhere', async () => {
    const on = fleet()
    expect(await on.hears('describe db')).toEqual([])
  })
})

test('where hosts differ, those that obey do not take the word from those that refuse', async () => {
  const agreed = new Map<string, string>()
  const once = async (digest: string, mine: string): Promise<string> => {
    const common = agreed.get(digest) ?? mine
    agreed.set(digest, common)
    return common
  }
  const open = lab({ once, mode: () => 'open' })
  const strict = lab({ once, mode: () => 'strict' })

  const message = { channel: channels.all }
  expect(await open.hears('restart api', message)).toEqual(['accepted', 'done'])
  expect(await strict.hears('restart api', message)).toEqual(['rejected unsigned'])
})

test('on its own channel a host asks nobody before it speaks', async () => {
  const on = lab({ once: () => Promise.reject(new Error('asked')) })

  expect(await on.hears('restrat')).toEqual(['rejected unknown_op'])
  expect(await on.hears('restrat', { via: 'local', channel: channels.all })).toEqual([
    'rejected unknown_op',
  ])
  expect(await on.hears('ping')).toEqual(['accepted', 'done'])
  expect(on.logged).toEqual([])
})
