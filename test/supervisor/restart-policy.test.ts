import { expect, test } from 'vitest'
import type { Exit } from '../../src/base/exit.ts'
import {
  defaultBackoff,
  delayOf,
  judge,
  judgeFailedStart,
  noFailures,
  type Backoff,
  type RestartPolicy,
} from '../../src/supervisor/restart-policy.ts'
import { policyWith } from './given.ts'

const fair = () => 0.5

const clean: Exit = { code: 0 }
const crash: Exit = { code: 1 }
const killed: Exit = { signal: 'SIGKILL' }
const lost: Exit = { unknown: true }
const config: Exit = { code: 78 }
const missing: Exit = { code: 127 }

// prettier-ignore
const exits: [string, Partial<RestartPolicy>, Exit, string][] = [
  ['clean exit',              {},                                        clean,   'restart'],
  ['crash',                   {},                                        crash,   'restart'],
  ['signal',                  {},                                        killed,  'restart'],
  ['exit nobody could read',  {},                                        lost,    'restart'],
  ['EX_CONFIG',               {},                                        config,  'give-up'],
  ['command not found',       {},                                        missing, 'give-up'],
  ['clean exit, no restart',  { mode: 'never' },                         clean,   'rest'],
  ['crash, no restart',       { mode: 'never' },                         crash,   'rest'],
  ['stop code',               { stopCodes: [1] },                        crash,   'rest'],
  ['stop code that is fatal', { stopCodes: [78] },                       config,  'rest'],
]

// prettier-ignore
const modes: [RestartPolicy['mode'], Record<string, string>][] = [
  ['always',      { clean: 'restart', crash: 'restart', killed: 'restart', lost: 'restart', config: 'give-up' }],
  ['on-failure',  { clean: 'rest',    crash: 'restart', killed: 'restart', lost: 'restart', config: 'give-up' }],
  ['on-abnormal', { clean: 'rest',    crash: 'rest',    killed: 'restart', lost: 'restart', config: 'rest' }],
  ['never',       { clean: 'rest',    crash: 'rest',    killed: 'rest',    lost: 'rest',    config: 'rest' }],
]

test.each(modes)('restart: %s', (mode, expected) => {
  const ends = { clean, crash, killed, lost, config }
  const verdicts = Object.entries(ends).map(([name, exit]) => [
    name,
    judge(policyWith({ mode }), { exit, readyForMs: 5 }, noFailures, fair).kind,
  ])

  expect(Object.fromEntries(verdicts)).toEqual(expected)
})

test.each([
  ['always', 'restart'],
  ['on-failure', 'restart'],
  ['on-abnormal', 'restart'],
  ['never', 'give-up'],
] as const)('a launch that failed under restart: %s leads to %s', (mode, kind) => {
  const verdict = judgeFailedStart(policyWith({ mode }), 'no memory', noFailures, fair)

  expect(verdict.kind).toBe(kind)
})

test('a rest says which mode it follows from', () => {
  const ended = { exit: crash, readyForMs: 5 }
  const policy = policyWith({ mode: 'on-abnormal' })

  expect(judge(policy, ended, noFailures, fair)).toEqual({
    kind: 'rest',
    why: 'code 1, and restart is on-abnormal',
  })
})

test.each(exits)('a %s', (_, given, exit, verdict) => {
  const ended = { exit, readyForMs: 5 }
  expect(judge(policyWith(given), ended, noFailures, fair).kind).toBe(verdict)
})

// prettier-ignore
const lives: [string, number | undefined, number, number][] = [
  // life,                     ready for,  unstable exits, attempts after it
  ['never ready',              undefined,  4, 4],
  ['shorter than min_uptime',  999,        4, 4],
  ['as long as min_uptime',    1_000,      0, 3],
  ['long enough to forget',    30_000,     0, 0],
]

test.each(lives)(
  'after three failures, a process that was %s',
  (_, readyForMs, unstable, attempts) => {
    const verdict = judge(
      policyWith({}),
      { exit: crash, readyForMs },
      { unstable: 3, attempts: 3 },
      fair,
    )
    expect(verdict).toMatchObject({ kind: 'restart', failures: { unstable, attempts } })
  },
)

test('the exit that reaches max_restarts gives up, whatever delay was declared', () => {
  const policy = policyWith({ maxRestarts: 3, backoff: { kind: 'fixed', delayMs: 1_500 } })
  const ended = { exit: crash, readyForMs: 5 }

  expect(judge(policy, ended, { unstable: 1, attempts: 1 }, fair).kind).toBe('restart')
  expect(judge(policy, ended, { unstable: 2, attempts: 2 }, fair)).toMatchObject({
    kind: 'give-up',
    why: '3 unstable exits in a row, max_restarts is 3',
  })
})

const pm2: Backoff = {
  kind: 'exponential',
  initialMs: 100,
  factor: 1.5,
  maxMs: 15_000,
  jitter: 0,
  isFirstDelayed: true,
}

// prettier-ignore
const delays: [string, Backoff, number[]][] = [
  ['by default the first restart is at once', defaultBackoff,                  [0, 100, 200, 400, 800]],
  ['restart_delay is the same each time',     { kind: 'fixed', delayMs: 70 },  [70, 70, 70, 70, 70]],
  ['exp_backoff_restart_delay waits at once', pm2,                             [100, 150, 225, 338, 506]],
]

test.each(delays)('%s', (_, backoff, expected) => {
  expect([1, 2, 3, 4, 5].map((attempt) => delayOf(backoff, attempt, fair))).toEqual(expected)
})

test('a delay never leaves its cap by more than the jitter', () => {
  expect(delayOf(defaultBackoff, 40, () => 0)).toBe(12_000)
  expect(delayOf(defaultBackoff, 40, () => 1)).toBe(18_000)
})
