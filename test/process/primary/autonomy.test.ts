import { expect, test } from 'vitest'
import { afterLoss, type Loss } from '../../../src/process/primary/autonomy.ts'
import { statusOf } from '../../../src/process/primary/status.ts'
import { nextLaunchId } from '../../../src/process/primary/successor.ts'
import { exitOf } from '../../../src/process/exit-status.ts'

const policy = { initialMs: 100, factor: 2, maxMs: 1_000, maxRestarts: 5, restCodes: [0, 7] }
const alone: Loss = {
  isManaged: false,
  isAsked: false,
  isReplaced: false,
  restarts: 0,
  uptimeMs: 10,
}

test.each([
  ['the first time', {}, 100, 1],
  ['the second time', { restarts: 1 }, 200, 2],
  ['the fourth time', { restarts: 3 }, 800, 4],
  ['after a pause that would be too long', { restarts: 4 }, 1_000, 5],
  ['after a signal', {}, 100, 1],
  ['after a code that nobody wished for', { code: 1 }, 100, 1],
  ['the first time again, after a long life', { restarts: 5, uptimeMs: 1_001 }, 100, 1],
])('a worker that nobody watches is started %s', (_, loss, afterMs, restarts) => {
  expect(afterLoss({ ...alone, ...loss }, policy)).toEqual({ kind: 'restart', afterMs, restarts })
})

test.each([
  ['a manager is there', { isManaged: true }],
  ['it was asked to end', { isAsked: true }],
  ['it was replaced', { isReplaced: true }],
  ['it ended as it was to end', { code: 7 }],
  ['it was restarted often enough', { restarts: 5 }],
])('its slot rests when %s', (_, loss) => {
  expect(afterLoss({ ...alone, ...loss }, policy)).toEqual({ kind: 'rest' })
})

test.each([
  [0, null, { code: 0 }],
  [7, null, { code: 7 }],
  [null, 'SIGKILL', { signal: 'SIGKILL' }],
  [null, 'SIGSEGV', { signal: 'SIGSEGV' }],
] as const)('the end (%s, %s) of a worker is read back as it was', (code, signal, exit) => {
  expect(exitOf(statusOf(code, signal))).toEqual(exit)
})

test('the next launch of a slot has the next number', () => {
  expect(nextLaunchId('web.0.9')).toBe('web.0.10')
})
