import { expect, test } from 'vitest'
import type { JobRun } from '../../../src/protocol/views.ts'
import { remember } from '../../../src/supervisor/triggers/job-history.ts'

const run = (startedAt: number, outcome: JobRun['outcome'] = 'succeeded'): JobRun => ({
  startedAt,
  outcome,
  why: 'asked',
})

const outcomes = (history: readonly JobRun[]) =>
  history.map(({ startedAt, outcome }) => `${startedAt} ${outcome}`)

test('the end of a run takes the place of its beginning, newest first', () => {
  const begun = [run(1), run(3, 'running'), run(2, 'running')].reduce<readonly JobRun[]>(
    (history, each) => remember(history, each, 10),
    [],
  )

  const ended = remember(begun, run(2, 'failed'), 10)

  expect(outcomes(ended)).toEqual(['3 running', '2 failed', '1 succeeded'])
})

test('the oldest runs are forgotten, but none that goes on', () => {
  const history = [run(3), run(2), run(1, 'running')]

  expect(outcomes(remember(history, run(4), 2))).toEqual([
    '4 succeeded',
    '3 succeeded',
    '1 running',
  ])
})
