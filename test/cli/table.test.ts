import { expect, test } from 'vitest'
import { columns } from '../../src/cli/columns.ts'
import { paletteOf } from '../../src/cli/screen.ts'
import { instanceTable } from '../../src/cli/table.ts'
import { instanceWith, teaTime } from './given.ts'

const plain = { paint: paletteOf(false), now: teaTime }
const secondsAgo = (seconds: number) => teaTime.getTime() - seconds * 1_000

test('what every instance is doing stands in one light table', () => {
  const worker = instanceWith({ id: 1, onlineSince: secondsAgo(3 * 3_600), restarts: 12 })
  const api = instanceWith({
    service: 'web-api',
    pid: 41_210,
    cpuPercent: 12.6,
    memoryBytes: 1.5 * 1024 ** 3,
  })

  const table = instanceTable([api, worker], plain)

  expect(table.split('\n')).toEqual([
    '  id  name     mode  pid    status  ↺   uptime  cpu  memory',
    '  0   web-api  fork  41210  online  0   1s      13%  1.5 GB',
    '  1   worker   fork  41216  online  12  3h       0%   46 MB',
  ])
})

test('what does not run uses nothing, and says below the table why it does not', () => {
  const { pid: _, ...gone } = instanceWith({ why: '16 unstable exits in a row' })

  const table = instanceTable([{ ...gone, state: 'errored' }], plain)

  expect(table.split('\n')).toEqual([
    '  id  name    mode  pid  status   ↺  uptime  cpu  memory',
    '  0   worker  fork  -    errored  0  -         -       -',
    'worker#0 errored: 16 unstable exits in a row · troupe why worker',
  ])
})

test('a name is shown so that it can be typed', () => {
  const table = instanceTable([instanceWith({ service: "it's mine", state: 'backoff' })], plain)

  expect(table).toContain(String.raw`troupe why 'it'\''s mine'`)
})

test('colours do not move columns', () => {
  const { good } = paletteOf(true)

  const [first, second] = columns([
    [good('ab'), 'c'],
    ['abcd', 'c'],
  ]).split('\n')

  expect(good('ab')).not.toBe('ab')
  expect(first).toBe(`${good('ab')}    c`)
  expect(second).toBe('abcd  c')
})

test.each([
  [0, '0s'],
  [59, '59s'],
  [60, '1m'],
  [3_599, '59m'],
  [3_600, '1h'],
  [86_399, '23h'],
  [86_400 * 5, '5d'],
  [-5, '0s'],
])('up for %d s is shown as %s', (seconds, shown) => {
  const row = instanceTable([instanceWith({ onlineSince: secondsAgo(seconds) })], plain)

  expect(row.split('\n')[1]?.split(/\s+/)[7]).toBe(shown)
})

test('names that are wide on a terminal do not push the columns aside', () => {
  const lines = columns([
    ['name', 'state'],
    ['支付', 'up'],
    ['🚀web', 'up'],
    ['café', 'up'],
  ]).split('\n')

  expect(lines).toEqual(['name   state', '支付   up', '🚀web  up', 'café   up'])
})
