import { expect, test } from 'vitest'
import { judgeHost } from '../../src/bus/host-verdict.ts'

const now = 1_000_000

test.each([
  ['its lease runs and it listens', { deadlineMs: now + 8_000, listeners: 1 }, 'up', 'renewed'],
  [
    'its connection is gone',
    { deadlineMs: now + 8_000, listeners: 0 },
    'unreachable',
    'ends in 8.0 s',
  ],
  [
    'it sends no heartbeat',
    { deadlineMs: now - 3_000, listeners: 1 },
    'unreachable',
    'ended 3.0 s ago',
  ],
  [
    'both are over',
    { deadlineMs: now - 3_000, listeners: 0 },
    'down',
    'gone, and its lease ended 3.0 s ago',
  ],
  ['it has said bye', { listeners: 0 }, 'down', 'left'],
  ['it has only just connected', { listeners: 1 }, 'unreachable', 'not sent a heartbeat yet'],
] as const)('a host of which %s', (_, signs, state, why) => {
  expect(judgeHost(signs, now)).toEqual({ state, why: expect.stringContaining(why) })
})
