import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { BusStatus } from '../../../src/bus/bus-status.ts'
import type { OutboxEvent } from '../../../src/bus/outbox-event.ts'
import { type BusOptions, openRedisBus, type RedisBus } from '../../../src/bus/redis-bus.ts'
import { eventFrom } from '../../../src/protocol/envelope.ts'
import { channelsOf, keysOf } from '../../../src/protocol/names.ts'
import type { TestRedis } from '../../support/redis.ts'

export const ns = 'main'
export const host = 'web-07'
export const keys = keysOf(ns)
export const channels = channelsOf(ns)

/** A bus as a manager has it, and everything it said. */
export interface TestBus {
  readonly bus: RedisBus
  readonly statuses: readonly BusStatus[]
  readonly lines: readonly string[]
  readonly announcements: () => number
  /** Appends the next event of service `api`, which says that it is online with this number as its pid. */
  readonly happen: () => OutboxEvent
}

export function busOn(url: string, more: Partial<BusOptions> = {}): TestBus {
  const statuses: BusStatus[] = []
  const lines: string[] = []
  let [seq, announced] = [0, 0]
  const bus = openRedisBus({
    url,
    ns,
    host,
    producer: { epoch: 'e1' },
    clock: systemClock,
    random: systemRandom,
    help: 'PUBLISH troupe:<ns>:cmd:svc:<name> restart',
    hostInfo: () => '{"version":"1"}',
    newest: () => Number.POSITIVE_INFINITY,
    overtaken: () => {},
    backlog: () => [],
    reannounce: () => {
      announced += 1
    },
    onStatus: (status) => statuses.push(status),
    log: (line) => lines.push(line),
    ...more,
  })
  const happen = () => {
    seq += 1
    const event = onlineEvent(seq)
    bus.append(event)
    return event
  }
  return { bus, statuses, lines, announcements: () => announced, happen }
}

export function onlineEvent(seq: number): OutboxEvent {
  const draft = {
    type: 'instance.online',
    service: 'api',
    slot: 0,
    data: { pid: seq, bootMs: 1, restarts: 0 },
  } as const
  return {
    seq,
    service: 'api',
    channel: channels.serviceEvents('api'),
    body: JSON.stringify(eventFrom(draft, { ns, host, epoch: 'e1' }, seq, new Date())),
    say: `api@${host} online pid=${seq}`,
    state: { field: `api@${host}`, json: `{"pid":${seq}}` },
  }
}

/** The numbers of the events that stand in the log, in its order. */
export async function loggedBy(redis: TestRedis): Promise<readonly number[]> {
  const text = await redis.redisCli('XRANGE', keys.log, '-', '+')
  return [...text.matchAll(/"pid":(\d+)/g)].map(([, seq]) => Number(seq))
}

export function countingTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, at) => at + 1)
}
