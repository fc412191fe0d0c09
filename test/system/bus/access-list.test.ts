import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { Lease, type LeaseState } from '../../../src/bus/lease.ts'
import { readRegistry } from '../../../src/bus/registry.ts'
import { eventually } from '../../support/eventually.ts'
import { allLogged, becomes, fixtures } from './fixtures.ts'
import { channels, host, keys } from './given.ts'

const { given, opened } = fixtures()

/** PROTOCOL, "Security", for one host of namespace `main`. */
const hostUser = [
  'user troupe-host on >secret resetchannels -@all',
  '+hello +ping +info +time +role +client|setname +client|id +client|no-evict +subscribe +unsubscribe',
  '&troupe:main:cmd:all &troupe:main:cmd:host:web-07 &troupe:main:cmd:svc:* &troupe:main:cmd:label:*',
  '(+publish +evalsha +eval +script|load +xadd +hset +hsetnx +hdel +hget +hmget +hincrby +zadd +zscore +zrem',
  '+expire +pexpire +set +del +get ~troupe:{main}:log ~troupe:{main}:meta ~troupe:{main}:state',
  '~troupe:{main}:hosts ~troupe:{main}:hostinfo ~troupe:{main}:re:* ~troupe:{main}:lease:*',
  '~troupe:{main}:fence ~troupe:{main}:once:* ~troupe:{main}:dead &troupe:main:ev:* &troupe:main:say',
  '&troupe:main:re:* &troupe:main:cmd:host:web-07)',
  '(+hget +hgetall +hscan +hmget +xrange +xread +xrevrange +zrangebyscore +pubsub|numsub %R~troupe:{main}:*)',
].join(' ')

describe('an access list', () => {
  const user = (rules: string) => `user default on nopass ${rules}`

  test('as narrow as the protocol prescribes for a host is enough', async () => {
    const redis = await given({ acl: [user('~* &* +@all'), hostUser].join('\n') })
    const url = redis.url.replace('redis://', 'redis://troupe-host:secret@')
    const test = opened(url)
    const replied = test.bus.reply({
      commandId: 'r1',
      status: 'done',
      body: '{}',
      replyTo: channels.replies('anna'),
    })

    const event = test.happen()
    test.bus.append({ ...event, seq: 2, state: { field: `api@${host}`, json: null } })
    await replied

    expect(await allLogged(redis, 1)).toEqual([1, 1])
    expect(await test.bus.once('digest', 'mine')).toBe('mine')
    await expect.poll(() => redis.redisCli('HEXISTS', keys.hostInfo, host)).toBe('1')
    expect(await redis.redisCli('HLEN', keys.state)).toBe('0')
    expect(test.lines).toEqual([])
  })

  test('for a host lets it see the others and keep a lease', async () => {
    const redis = await given({ acl: [user('~* &* +@all'), hostUser].join('\n') })
    const test = opened(redis.url.replace('redis://', 'redis://troupe-host:secret@'))
    await becomes('up', test)
    const states: LeaseState[] = []
    const lease = new Lease({
      command: test.bus.command,
      keys,
      name: 'sweeper',
      holder: host,
      ttlMs: 6_000,
      clock: systemClock,
      changed: (state) => states.push(state),
    })

    await expect
      .poll(async () => (await readRegistry(test.bus.command, 'main')).hosts)
      .toMatchObject([{ host, signs: { listeners: 1 } }])
    lease.open()

    await expect.poll(() => states.map(({ kind }) => kind)).toEqual(['held'])
    await lease.close()
    expect(await redis.redisCli('EXISTS', keys.lease('sweeper'))).toBe('0')
  })

  test('that forbids one channel costs that channel alone', async () => {
    const rules =
      '~* +@all resetchannels &troupe:main:cmd:all &troupe:main:cmd:host:* &troupe:main:ev:* &troupe:main:say'
    const redis = await given({ acl: user(rules) })
    const test = opened(redis.url)
    const heard: string[] = []
    const hear = (payload: string) => heard.push(payload)

    const forbidden = test.bus.carrier.subscribe(channels.service('api'), hear)
    const allowed = test.bus.carrier.subscribe(channels.all, hear)
    await expect(forbidden).rejects.toThrow(/forbids to listen on troupe:main:cmd:svc:api/)
    await allowed
    await redis.redisCli('PUBLISH', channels.all, 'status')

    await expect.poll(() => heard).toEqual(['status'])
    expect(test.bus.status.kind).toBe('up')
  })

  test('that forbids to announce an event still has it logged, once', async () => {
    const rules = '~* +@all resetchannels &troupe:main:cmd:host:*'
    const redis = await given({ acl: user(rules) })
    const test = opened(redis.url)

    test.happen()
    test.happen()

    expect(await allLogged(redis, 2)).toEqual([1, 2])
    await expect.poll(() => test.lines.join('\n')).toMatch(/Redis refused the rest/)
  })

  test('that is narrowed under our feet neither ends the process nor the bus', async () => {
    const redis = await given()
    const test = opened(redis.url)
    await test.bus.carrier.subscribe(channels.service('api'), () => {})
    await becomes('up', test)

    const allowed = ['&troupe:main:cmd:host:*', '&troupe:main:ev:*', '&troupe:main:say']
    await redis.redisCli('ACL', 'SETUSER', 'default', 'resetchannels', ...allowed)
    await eventually('the channel is given up', () => test.lines.length > 0 || undefined)
    await becomes('up', test)
    test.happen()

    expect(await allLogged(redis, 1)).toEqual([1])
    expect(test.lines).toContain(
      "Redis forbids to listen on troupe:main:cmd:svc:api: the host's ACL must allow it",
    )
  })
})
