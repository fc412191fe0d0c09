import { onTestFinished } from 'vitest'
import { every, systemClock } from '../../../src/base/clock.ts'
import { type Fleet, type FleetLinkState, openFleet } from '../../../src/bus/fleet.ts'
import type { ServiceState } from '../../../src/bus/service-state.ts'
import type { WatchItem } from '../../../src/protocol/watch.ts'
import type { FleetEventsOptions } from '../../../src/protocol/watch-wanted.ts'
import { eventually } from '../../support/eventually.ts'
import { TcpProxy } from '../../support/proxy.ts'
import { type RedisOptions, startRedis, type TestRedis } from '../../support/redis.ts'
import { busOn, type TestBus } from './given.ts'

/** A publisher beside its Redis, and a watcher behind a proxy. */
export interface WatchLab {
  readonly redis: TestRedis
  readonly proxy: TcpProxy
  readonly publisher: TestBus
  readonly fleet: Fleet
  readonly links: readonly FleetLinkState[]
  /** How many events were published: each says its number as its pid. */
  readonly published: () => number
  readonly publish: (count: number) => void
  /** Publishes on and on; returns how to stop. */
  readonly publishSteadily: () => () => void
  /** Begins with the first event of the log, unless it is told otherwise. */
  readonly watch: (options?: FleetEventsOptions) => Watched
}

/** What a watcher was told. */
export interface Watched {
  readonly items: readonly WatchItem<ServiceState>[]
  /** The numbers of the events, in the order in which they were told. */
  readonly numbers: () => readonly number[]
  readonly resyncs: () => readonly Extract<WatchItem<ServiceState>, { kind: 'resync' }>[]
  /** Resolves once it was told of the event with this number. */
  readonly until: (number: number) => Promise<void>
  /** Resolves when the iteration is over; rejects as it does. */
  readonly over: Promise<void>
}

const beforeTheFirst = { epoch: '', sequence: 0, lastId: '0-0' }

/** `appendfsync always`: what was acknowledged must survive a kill, or the log would rightly be "behind". */
const durable: RedisOptions = { persist: true, args: ['--appendfsync', 'always'] }

export async function openLab(options: RedisOptions = durable): Promise<WatchLab> {
  const redis = await startRedis(options)
  onTestFinished(() => redis.stop())
  const proxy = await TcpProxy.open(redis.port)
  onTestFinished(() => proxy.close())
  const publisher = busOn(redis.url)
  onTestFinished(() => publisher.bus.close())
  const links: FleetLinkState[] = []
  const fleet = await openFleet({
    redis: `redis://127.0.0.1:${proxy.port}`,
    onLink: (link) => links.push(link),
  })
  onTestFinished(() => fleet.close())
  let last = 0
  const publish = (count: number) => {
    for (let more = 0; more < count; more += 1) last = publisher.happen().seq
  }
  return {
    redis,
    proxy,
    publisher,
    fleet,
    links,
    publish,
    published: () => last,
    publishSteadily: () => every(systemClock, 5, () => publish(2)),
    watch: (wanted = {}) => watched(fleet.events({ after: beforeTheFirst, ...wanted })),
  }
}

function watched(events: AsyncIterable<WatchItem<ServiceState>>): Watched {
  const items: WatchItem<ServiceState>[] = []
  const over = (async () => {
    for await (const item of events) items.push(item)
  })()
  over.catch(() => {})
  const numbers = () =>
    items.flatMap((item) => (item.kind === 'event' ? [Number(item.event.data['pid'])] : []))
  const isTold = (number: number) =>
    items.findLast(({ kind }) => kind === 'event') !== undefined && numbers().includes(number)
  return {
    items,
    over,
    numbers,
    resyncs: () => items.flatMap((item) => (item.kind === 'resync' ? [item] : [])),
    until: async (number) => {
      const patience = { withinMs: 45_000, everyMs: 25 }
      await eventually(`event ${number} is told`, () => isTold(number) || undefined, patience)
    },
  }
}

/** Ids of the watcher's connections, as the server lists them. */
export async function watchersOf(redis: TestRedis): Promise<readonly string[]> {
  const list = await redis.redisCli('CLIENT', 'LIST')
  const own = list.split('\n').filter((line) => line.includes('name=troupe:main:watch:'))
  return own.flatMap((line) => /^id=(\d+)/.exec(line)?.slice(1) ?? [])
}
