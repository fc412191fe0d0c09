import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { seeded } from '../../support/seeded.ts'
import { countingTo, host, keys } from './given.ts'
import { openLab, watchersOf, type WatchLab } from './watch-lab.ts'

const more = ({ published }: WatchLab, count: number) => {
  const enough = published() + count
  return eventually(`${count} more events were published`, () => published() >= enough || undefined)
}
const untilLink = (lab: WatchLab, kind: 'up' | 'down') =>
  eventually(`the watcher's link is ${kind}`, () => lab.links.at(-1)?.kind === kind || undefined, {
    withinMs: 30_000,
  })

/** What may befall a watcher; each takes as long as `count` events take to be published. */
const mishaps: Readonly<Record<string, (lab: WatchLab, count: number) => Promise<void>>> = {
  async 'the way is cut'(lab, count) {
    await lab.proxy.cut()
    await more(lab, count)
    await lab.proxy.resume()
  },
  async 'the way freezes for a moment'(lab, count) {
    lab.proxy.freeze()
    await more(lab, count)
    await lab.proxy.resume()
  },
  async 'the way freezes until it is noticed'(lab) {
    lab.proxy.freeze()
    await untilLink(lab, 'down')
    await lab.proxy.resume()
  },
  async 'frozen, and cut while it is'(lab, count) {
    lab.proxy.freeze()
    await more(lab, count)
    await lab.proxy.cut()
    await lab.proxy.resume()
  },
  async 'the server ends the connection'(lab, count) {
    for (const id of await watchersOf(lab.redis)) {
      await lab.redis.redisCli('CLIENT', 'KILL', 'ID', id).catch(() => '')
    }
    await more(lab, count)
  },
  async 'the server ends every subscriber, the publisher too'(lab, count) {
    await lab.redis.redisCli('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await more(lab, count)
  },
  async 'the server freezes for a moment'(lab, count) {
    lab.redis.freeze()
    await more(lab, count)
    lab.redis.thaw()
  },
  async 'the server is killed and starts again'(lab, count) {
    await lab.redis.kill()
    await more(lab, count)
    await lab.redis.restart()
  },
}

/** Every mishap once, and some again, in an order of chance. */
function shuffled(random: () => number): readonly string[] {
  const names = Object.keys(mishaps)
  const again = names.filter((name) => !name.includes('noticed') && random() < 0.7)
  return [...names, ...again]
    .map((name) => ({ name, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ name }) => name)
}

test.each([1, 20_261_123, 777])(
  'whatever befalls the watcher, each event is told once and in order (seed %i)',
  async (seed) => {
    const random = seeded(seed)
    const lab = await openLab()
    const watched = lab.watch()
    lab.publish(1)
    await watched.until(1)

    const stop = lab.publishSteadily()
    for (const name of shuffled(random)) {
      await more(lab, 1 + Math.floor(random() * 100))
      await mishaps[name]?.(lab, 1 + Math.floor(random() * 300))
      // Sometimes it has recovered before the next one, sometimes it has not.
      if (random() < 0.6) await untilLink(lab, 'up')
    }
    stop()
    const last = lab.published()
    await watched.until(last)

    expect(last).toBeGreaterThan(2_000)
    expect(watched.resyncs()).toEqual([])
    expect(watched.numbers()).toEqual(countingTo(last))
    expect(lab.links.filter(({ kind }) => kind === 'up').length).toBeGreaterThan(4)
  },
  180_000,
)

test('trimmed past its place while it was away, the watcher is told so, and what is so now', async () => {
  const lab = await openLab()
  const watched = lab.watch()
  lab.publish(10)
  await watched.until(10)

  await lab.proxy.cut()
  lab.publish(500)
  await expect.poll(() => lab.redis.redisCli('HGET', keys.meta, 'seq')).toBe('510')
  await lab.redis.redisCli('XTRIM', keys.log, 'MAXLEN', '100')
  await lab.proxy.resume()
  await expect.poll(() => watched.resyncs().length, { timeout: 30_000 }).toBe(1)
  lab.publish(10)
  await watched.until(520)

  const told = watched.items.map((item) => (item.kind === 'event' ? item.bookmark.sequence : item))
  const lost = { kind: 'resync', why: 'trimmed', bookmark: { sequence: 510 } }
  expect(told).toMatchObject([...countingTo(10), lost, ...countingTo(520).slice(510)])
  expect(watched.resyncs()[0]?.states).toMatchObject([{ service: 'api', host, pid: 510 }])
})

test('trimmed, and not past its place, the watcher misses nothing', async () => {
  const lab = await openLab()
  const watched = lab.watch()
  lab.publish(10)
  await watched.until(10)

  await lab.proxy.cut()
  lab.publish(100)
  await expect.poll(() => lab.redis.redisCli('HGET', keys.meta, 'seq')).toBe('110')
  await lab.redis.redisCli('XTRIM', keys.log, 'MAXLEN', '100')
  await lab.proxy.resume()
  await watched.until(110)

  expect(watched.resyncs()).toEqual([])
  expect(watched.numbers()).toEqual(countingTo(110))
})

test('a log that was emptied while nothing happens is told within two looks', async () => {
  const lab = await openLab()
  const watched = lab.watch()
  lab.publish(10)
  await watched.until(10)

  await lab.redis.redisCli('FLUSHALL')

  await expect.poll(() => watched.resyncs()[0]?.why, { timeout: 10_000 }).toBe('epoch')
  lab.publish(1)
  await watched.until(11)
})

test('without a place to begin at, a watch tells what happens from now', async () => {
  const lab = await openLab()
  lab.publish(5)
  await expect.poll(() => lab.redis.redisCli('HGET', keys.meta, 'seq')).toBe('5')

  const events = lab.fleet.events()[Symbol.asyncIterator]()
  const first = events.next()
  await lab.fleet.states()
  lab.publish(1)

  expect(await first).toMatchObject({ value: { kind: 'event', bookmark: { sequence: 6 } } })
})

test('another process goes on from a bookmark, and one may begin in the past', async () => {
  const lab = await openLab()
  const before = new Date()
  const first = lab.watch()
  lab.publish(10)
  await first.until(10)
  const { bookmark } = first.items[4] ?? {}

  const after = lab.watch(bookmark && { after: bookmark })
  const since = lab.watch({ since: before })

  await Promise.all([after.until(10), since.until(10)])
  expect(after.numbers()).toEqual([6, 7, 8, 9, 10])
  expect(since.numbers()).toEqual(countingTo(10))
})

test('a frozen way is noticed though nothing happens', async () => {
  const lab = await openLab()
  const watched = lab.watch()
  lab.publish(1)
  await watched.until(1)

  lab.proxy.freeze()
  await untilLink(lab, 'down')
  await lab.proxy.resume()
  await untilLink(lab, 'up')
  lab.publish(1)
  await watched.until(2)

  expect(watched.numbers()).toEqual([1, 2])
})

test('a watch ends quietly with its signal, also while Redis is away', async () => {
  const lab = await openLab()
  const end = new AbortController()
  const watched = lab.watch({ signal: end.signal })
  lab.publish(1)
  await watched.until(1)

  await lab.proxy.cut()
  await untilLink(lab, 'down')
  end.abort()

  await expect(watched.over).resolves.toBeUndefined()
})

test('closing ends every watch quietly, also one that has not begun to hear', async () => {
  const lab = await openLab()
  const one = lab.watch()
  lab.publish(1)
  await one.until(1)
  await lab.proxy.cut()
  await untilLink(lab, 'down')
  const other = lab.watch()

  await lab.fleet.close()

  await Promise.all([one.over, other.over])
  expect(other.items).toEqual([])
})

test('what a user may not read is told, and not tried for ever', async () => {
  const lab = await openLab()
  await lab.redis.redisCli('ACL', 'SETUSER', 'default', '-xrange', '-xrevrange')

  await expect(lab.watch().over).rejects.toMatchObject({
    code: 'E_REJECTED',
    message: expect.stringContaining('XREVRANGE'),
  })
})
