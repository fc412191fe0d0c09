import { expect, test, vi } from 'vitest'
import type { LifecycleEvent } from '../../src/protocol/envelope.ts'
import { commandLine, detailWith, hostWith, instanceWith, serviceWith, teaTime } from './given.ts'

const three = [
  instanceWith({ id: 3, service: 'api' }),
  instanceWith({ id: 4, service: 'worker', slot: 1 }),
]
const status = () => ({ host: hostWith(), instances: three })

test('logs begins with the end of each file, and follows with whose line it is', async () => {
  const { troupe } = commandLine({
    answers: { status },
    progress: [
      { service: 'api', slot: 0, stream: 'out', line: 'long before' },
      { service: 'api', slot: 0, stream: 'out', line: 'before' },
      { service: 'worker', slot: 1, stream: 'err', line: 'oops' },
      { service: 'api', slot: 0, stream: 'out', line: 'now', at: 1 },
      { service: 'worker', slot: 2, stream: 'out', line: 'newcomer', at: 2 },
    ],
  })

  const { out, asked } = await troupe('logs')

  expect(out.split('\n')).toEqual([
    '── api#0 out, last lines',
    '3|api    | long before',
    '3|api    | before',
    '── worker#1 err, last lines',
    '4|worker | oops',
    '3|api    | now',
    '#2|worker | newcomer',
    '',
  ])
  expect(asked[1]).toMatchObject({
    op: 'logs',
    services: [],
    args: { lines: 15, streams: ['out', 'err'], follow: true },
  })
})

test.each([
  ['--err', ['err']],
  ['--out', ['out']],
  ['--err --out', ['out', 'err']],
])('logs %s shows only that', async (flags, streams) => {
  const { troupe } = commandLine({ answers: { status } })

  const { asked } = await troupe('logs', 'api', '--lines', '3', '--nostream', ...flags.split(' '))

  expect(asked[1]?.args).toEqual({ lines: 3, streams })
})

test('logs --timestamp says when each new line was read', async () => {
  const at = new Date(2026, 10, 23, 14, 2, 31).getTime()
  const source = { service: 'api', slot: 0, stream: 'out' } as const
  const progress = [
    { ...source, line: 'before' },
    { ...source, line: 'now', at },
  ]
  const { troupe } = commandLine({ answers: { status }, progress })

  const { out } = await troupe('logs', '--timestamp')

  expect(out).toContain('\n3|api    | before\n2026-11-23 14:02:31 3|api    | now\n')
})

test('logs --json is one object a line', async () => {
  const line = { service: 'api', slot: 0, stream: 'out', line: '"quoted"', at: 5 } as const
  const { troupe } = commandLine({ answers: { status }, progress: [line, line] })

  const { out } = await troupe('log', '--json')

  const objects = out
    .trim()
    .split('\n')
    .map((each): unknown => JSON.parse(each))
  expect(objects).toEqual([
    { id: 3, ...line },
    { id: 3, ...line },
  ])
})

test('pid and id print what scripts of PM2 read', async () => {
  const { pid: _, ...stopped } = instanceWith({ id: 5, service: 'job', state: 'stopped' })
  const { troupe } = commandLine({
    answers: { status: () => ({ host: hostWith(), instances: [...three, stopped] }) },
  })

  const pids = await troupe('pid')
  const ids = await troupe('id', 'api')

  expect(pids.out).toBe(`${three[0]?.pid}\n${three[1]?.pid}\n0\n`)
  expect(ids.out).toBe('[ 3, 4, 5 ]\n')
  expect(ids.asked.at(-1)).toMatchObject({ op: 'status', services: [{ name: 'api' }] })
})

test('flush empties the logs of all services, or of those that are named', async () => {
  const { troupe } = commandLine({
    answers: { status, flush: () => ({ files: ['/logs/api-out.log'] }) },
  })

  const { out, asked } = await troupe('flush')
  const named = await troupe('flush', 'api')

  expect(out).toContain('✓ emptied /logs/api-out.log')
  expect(asked[1]).toMatchObject({ op: 'flush', services: [{ name: 'all' }] })
  expect(named.asked.at(-1)).toMatchObject({ op: 'flush', services: [{ name: 'api' }] })
})

function eventWith(at: number, type: string, service: string): LifecycleEvent {
  return {
    specversion: '1.0',
    id: `laptop.e.${at}`,
    source: '/main/laptop',
    type: `dev.troupe.${type}.v1`,
    time: new Date(2026, 10, 23, 14, 0, at).toISOString(),
    data: { host: 'laptop', text: `${service}@laptop ${type} ${at}`, service },
    logid: `${at}-0`,
    sequence: String(at),
  }
}

const bookmark = { epoch: 'e', sequence: 3, lastId: '3-0' }
const past = [
  eventWith(1, 'instance.online', 'api'),
  eventWith(2, 'instance.exited', 'api'),
  eventWith(3, 'instance.online', 'worker'),
]

test.each([
  ['', [1, 2, 3]],
  ['--service api', [1, 2]],
  ['--type instance.online', [1, 3]],
  ['--type instance --service api', [1, 2]],
  ['--lines 1', [3]],
  ['--lines 0', []],
])('events %s tells those, a sentence a line', async (flags, expected) => {
  const { troupe } = commandLine({ answers: { events: () => ({ events: past, bookmark }) } })

  const { out } = await troupe('events', ...flags.split(' ').filter((flag) => flag !== ''))

  const lines = out.split('\n').filter((line) => line !== '')
  expect(lines.map((line) => Number(line.at(-1)))).toEqual(expected)
  for (const line of lines) expect(line).toMatch(/^14:00:0\d\.000 {2}\w+@laptop instance\./)
})

test('events --since reads page after page until the log ends', async () => {
  const many = Array.from({ length: 1_000 }, (_, at) => eventWith(at + 1, 'host.ok', 'x'))
  const { troupe } = commandLine({
    answers: {
      events: ({ args }) => ({
        events: args['after'] === '0' ? many : [eventWith(1_001, 'host.ok', 'x')],
        bookmark,
      }),
    },
  })

  const { out, asked } = await troupe('events', '--since', '10m', '--json')

  const since = teaTime.getTime() - 600_000
  expect(out.trim().split('\n')).toHaveLength(1_001)
  expect(asked.map(({ args }) => args)).toEqual([
    { after: '0', since, limit: 1_000 },
    { after: '1000-0', since, limit: 1_000 },
  ])
})

test('events --follow goes on where the past ended, until the connection does', async () => {
  const meanwhile = eventWith(4, 'instance.online', 'api')
  let end = bookmark
  const { troupe, screen, publish, hangUp } = commandLine({
    answers: {
      events: ({ args }) => {
        const answer = { events: args['after'] === '3-0' ? [meanwhile] : past, bookmark: end }
        end = { epoch: 'e', sequence: 4, lastId: '4-0' }
        return answer
      },
    },
  })
  const announce = (event: LifecycleEvent) => publish('troupe:main:ev:*', JSON.stringify(event))

  const following = troupe('events', '--follow', '--service', 'api')
  await vi.waitUntil(() => screen.held().out.includes('online 4'))
  await announce(eventWith(5, 'instance.online', 'worker'))
  await announce(eventWith(6, 'instance.online', 'api'))
  await vi.waitUntil(() => screen.held().out.includes('online 6'))
  await hangUp()

  const { code, out } = await following
  const numbers = out
    .trim()
    .split('\n')
    .map((line) => Number(line.at(-1)))
  expect({ code, numbers }).toEqual({ code: 0, numbers: [1, 2, 4, 6] })
})

test('describe tells names of variables, how instances ended, and nothing it does not know', async () => {
  const exits = [
    {
      at: new Date(2026, 10, 23, 14, 2, 31, 377).getTime(),
      slot: 0,
      pid: 41_000,
      exit: { signal: 'SIGKILL' as const },
      class: 'signal' as const,
      uptimeMs: 52_000,
      observedLate: true,
      lastLogLines: [],
    },
  ]
  const services = [serviceWith({ envNames: ['A', 'B'], instances: [detailWith({ exits })] })]
  const { troupe } = commandLine({ answers: { describe: () => ({ services }) } })

  const { out } = await troupe('show', 'worker')

  expect(out).toMatch(/^worker\n {2}namespace +default\n/)
  expect(out).toMatch(/\n {2}variables +A, B\n/)
  expect(out).toMatch(/\nworker#0\n {2}id +0\n {2}status +online\n/)
  expect(out).toMatch(
    /\n {4}14:02:31\.377 {2}SIGKILL {2}signal {2}after 52 s {2}pid 41000 seen late\n/,
  )
  expect(out).not.toMatch(/\n {2}(args|version|declared in)\b/)
})

test.each([
  ['always', true, 'yes'],
  ['never', false, 'no'],
  ['on-failure', true, 'on-failure'],
] as const)(
  'describe says of restart: %s whether it restarts',
  async (restart, autorestart, said) => {
    const services = [serviceWith({ restart, autorestart })]
    const { troupe } = commandLine({ answers: { describe: () => ({ services }) } })

    const { out } = await troupe('describe', 'worker')

    expect(out).toMatch(new RegExp(`restarts by itself +${said}\n`))
  },
)

test('a finding that is a problem makes doctor fail, and says what to do', async () => {
  const findings = [
    { about: 'home', verdict: 'problem', text: 'open to others', next: 'chmod 700 x' },
  ] as const
  const { troupe } = commandLine({ answers: { doctor: () => ({ findings }) } })

  const { code, out } = await troupe('doctor')

  expect(out).toContain('✗  home     open to others\n            → chmod 700 x')
  expect(code).toBe(1)
})

test('doctor notices a manager of another version', async () => {
  const { troupe } = commandLine({ answers: { ping: () => hostWith({ version: '9.9.9' }) } })

  const { out } = await troupe('doctor')

  expect(out).toMatch(/^! {2}manager {2}pid 40000, troupe 9\.9\.9, and this command is /)
})

test.each([
  ['config', {}, 'namespace  main\n'],
  ['config get namespace', {}, 'main\n'],
  ['config set labels.zone eu=1', { set: { 'labels.zone': 'eu=1' } }, 'namespace  main\n'],
  ['config unset namespace', { unset: ['namespace'] }, 'namespace  main\n'],
])('%s', async (line, args, printed) => {
  const { troupe } = commandLine({
    answers: { config: () => ({ config: { namespace: 'main' }, notes: [] }) },
  })

  const { out, asked } = await troupe(...line.split(' '))

  expect(asked[0]?.args).toEqual(args)
  expect(out).toBe(printed)
})

test('a setting that is not set has a nearest one', async () => {
  const { troupe } = commandLine({
    answers: { config: () => ({ config: { namespace: 'main' }, notes: [] }) },
  })

  const { code, err } = await troupe('config', 'get', 'namespce')

  expect(err).toBe('error: namespce is not set\nhint: did you mean namespace?\n')
  expect(code).toBe(1)
})
