import { expect, test } from 'vitest'
import { busPackets, logPacket, managerPacket } from '../../src/pm2/bus-events.ts'
import type { ProcessDescription } from '../../src/pm2/process-description.ts'
import { eventFrom } from '../../src/protocol/envelope.ts'
import type { EventDraft } from '../../src/protocol/events.ts'

const now = new Date('2026-11-23T08:00:00Z')
const processes = [0, 1].map((slot): ProcessDescription => {
  const pm2_env = { NODE_APP_INSTANCE: slot, namespace: 'default', status: 'launching', env: {} }
  return { name: 'api', pm_id: slot + 4, pid: 7, monit: { memory: 0, cpu: 0 }, pm2_env }
})

const packetsOf = (draft: EventDraft) =>
  busPackets(
    eventFrom({ ...draft, service: 'api' }, { ns: 'n', host: 'h', epoch: 'e' }, 1, now),
    processes,
  )

const exited: EventDraft = {
  type: 'instance.exited',
  slot: 1,
  data: {
    exit: { code: 1 },
    class: 'failure',
    uptimeMs: 1,
    planned: false,
    observedLate: false,
    lastLogLines: [],
    exitedAt: 0,
  },
}

// prettier-ignore
test.each<[EventDraft, unknown[]]>([
  [{ type: 'instance.online', slot: 0, data: { pid: 1, bootMs: 1, restarts: 0 } }, [['online', false, 0, 'online']]],
  [exited,                                                                         [['exit', false, 1, 'stopped']]],
  [{ type: 'instance.errored', slot: 1, data: { why: '', evidence: [] } },         [['restart overlimit', false, 1, 'errored']]],
  [{ type: 'command.done', data: { op: 'reload', ms: 1 } },                        [['reload', true, 0, 'launching'], ['reload', true, 1, 'launching']]],
  [{ type: 'command.done', data: { op: 'scale', ms: 1 } },                         []],
  [{ type: 'instance.stable', slot: 0, data: { uptimeMs: 1 } },                    []],
])('%j is told as PM2 tells it', (draft, told) => {
  const packets = packetsOf(draft) as { event: string; packet: { event: string; manually: boolean; process: Record<string, unknown>; at: number } }[]

  expect(packets.map(({ packet: { event, manually, process } }) => [event, manually, process['NODE_APP_INSTANCE'], process['status']])).toEqual(told)
  expect(packets.every(({ event, packet }) => event === 'process:event' && !('env' in packet.process))).toBe(true)
})

test('what a service sends is an event of its own when it says so, and a message otherwise', () => {
  const sent = (message: unknown) =>
    packetsOf({ type: 'instance.message', slot: 0, data: { message } })
  const process = { pm_id: 4, name: 'api', namespace: 'default' }

  expect(sent({ type: 'cart:full', data: 3 })).toEqual([
    { event: 'cart:full', packet: { at: now.getTime(), data: 3, process } },
  ])
  expect(sent({ hello: 1 })).toEqual([
    { event: 'process:msg', packet: { at: now.getTime(), raw: { hello: 1 }, process } },
  ])
})

test('a line of a log is told by its stream', () => {
  const [of] = processes
  if (of === undefined) throw new Error('there is a process')
  const line = { service: 'api', slot: 0, stream: 'err', line: 'oh no', at: 5 } as const

  expect(logPacket(line, of)).toEqual({
    event: 'log:err',
    packet: {
      process: { pm_id: 4, name: 'api', rev: null, namespace: 'default' },
      data: 'oh no\n',
      at: 5,
    },
  })
})

test('the end of the manager is told, and whatever happens as a line of its own log', () => {
  const end = eventFrom(
    { type: 'host.shutdown', data: { reason: 'asked by anna' } },
    { ns: 'n', host: 'h', epoch: 'e' },
    1,
    now,
  )

  expect(busPackets(end, [])).toEqual([
    { event: 'pm2:kill', packet: { status: 'killed', msg: end.data.text } },
  ])
  expect(managerPacket(end)).toEqual({
    event: 'log:PM2',
    packet: {
      process: { pm_id: 'PM2', name: 'PM2', rev: null },
      data: `${end.data.text}\n`,
      at: now.getTime(),
    },
  })
})
