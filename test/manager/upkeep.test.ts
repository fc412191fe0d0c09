import { expect, test } from 'vitest'
import { sampleIntervalIn } from '../../src/manager/upkeep.ts'

test.each([
  ['30000', 30_000],
  ['100', 100],
  ['99', undefined],
  ['often', undefined],
  ['', undefined],
  [undefined, undefined],
])('PM2_WORKER_INTERVAL %j means every %s ms', (said, ms) => {
  expect(sampleIntervalIn(said === undefined ? {} : { PM2_WORKER_INTERVAL: said })).toBe(ms)
})
