import { expect, test } from 'vitest'
import { defaultRotation } from '../../../src/declaration/rotation.ts'
import { dueReason, stampOf, surplus } from '../../../src/manager/rotation/policy.ts'

const policy = { ...defaultRotation, maxBytes: 100, maxAgeMs: 1_000, keep: 3, totalBytes: 50 }

test.each([
  { name: 'small and young', bytes: 100, since: 9_000, expected: undefined },
  { name: 'too big', bytes: 101, since: 9_000, expected: 'size' },
  { name: 'too old', bytes: 1, since: 8_999, expected: 'age' },
  { name: 'old, but empty', bytes: 0, since: 0, expected: undefined },
])('a log that is $name: $expected', ({ bytes, since, expected }) => {
  const why = dueReason(policy, { bytes, since }, 10_000)

  expect(why).toBe(expected)
})

test.each([
  { kept: 'three at most', sizes: [1, 1, 1, 1, 1], gone: [3, 4] },
  { kept: 'fifty bytes at most', sizes: [30, 20, 1], gone: [2] },
  { kept: 'not even the newest when it alone is too much', sizes: [51, 1], gone: [0, 1] },
])('of what was rotated are kept: $kept', ({ sizes, gone }) => {
  const rotated = sizes.map((bytes, at) => ({ path: String(at), bytes }))

  const dropped = surplus(policy, rotated)

  expect(dropped.map(({ path }) => Number(path))).toEqual(gone)
})

test('stamps are UTC and sort by time', () => {
  expect(stampOf(new Date('2026-11-23T08:15:00.999Z'))).toBe('20261123-081500')
})
