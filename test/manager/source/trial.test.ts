import { expect, test } from 'vitest'
import { judge } from '../../../src/manager/source/trial.ts'
import type { InstanceView } from '../../../src/protocol/views.ts'
import { instanceWith } from '../../cli/given.ts'

type Shown = Pick<InstanceView, 'state'> & { readonly pid?: number; readonly why?: string }

// prettier-ignore
test.each([
  [{ state: 'online', pid: 1 },            'well'],
  [{ state: 'stopped' },                   'well'],
  [{ state: 'starting', pid: 1 },          'unsettled'],
  [{ state: 'waiting' },                   'unsettled'],
  [{ state: 'stopping', pid: 1 },          'unsettled'],
  [{ state: 'backoff', why: 'code 1' },    'web#0 is backoff: code 1'],
  [{ state: 'errored' },                   'web#0 is errored'],
  [{ state: 'stuck' },                     'web#0 is stuck'],
  [{ state: 'online', pid: 2 },            'web#0 did not stay up, and was restarted'],
] as [Shown, string][])('of a process 1, seen online before, %j means: %s', (shown, expected) => {
  const verdict = judge([instanceWith({ service: 'web', ...shown })], new Map([[0, 1]]))

  expect(verdict.kind === 'failed' ? verdict.why : verdict.kind).toBe(expected)
})

test('the first process that is seen online is the one to stay', () => {
  const seen = new Map<number, number | undefined>()

  expect(judge([instanceWith({ pid: 7 })], seen)).toEqual({ kind: 'well' })
  expect(judge([instanceWith({ pid: 7 })], seen)).toEqual({ kind: 'well' })
  expect(judge([instanceWith({ pid: 8 })], seen)).toMatchObject({ kind: 'failed' })
})
