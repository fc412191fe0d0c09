import { expect, test } from 'vitest'
import { judgeMemory, type MemoryRecord } from '../../../src/supervisor/triggers/memory-limit.ts'
import { Triggers } from '../../../src/supervisor/triggers/triggers.ts'
import { FakeSite, settled } from './given.ts'

const mb = 1024 ** 2
const limit = 300 * mb

/** Judges samples of [pid, MB] a second and a half apart; says which of them replaced the instance. */
function replacements(samples: readonly (readonly [number, number])[]): readonly boolean[] {
  let record: MemoryRecord | undefined
  return samples.map(([pid, size], index) => {
    const usage = { memoryBytes: size * mb, processes: 1 }
    const verdict = judgeMemory(limit, record, { pid, usage, at: index * 1_500 })
    record = verdict.record
    return verdict.why !== undefined
  })
}

// prettier-ignore
const runs: [string, [number, number][], boolean[]][] = [
  ['below the limit nothing happens',            [[7, 299], [7, 300]],                                  [false, false]],
  ['two samples in a row over it are enough',    [[7, 301], [7, 301]],                                  [false, true]],
  ['one alone is a peak',                        [[7, 999], [7, 10], [7, 999], [7, 10]],                [false, false, false, false]],
  ['two processes of a slot have one each',      [[7, 301], [8, 301], [8, 301]],                        [false, false, true]],
  ['a fast leak does not wait for its turn',     [[7, 301], [7, 301], [8, 99], [8, 500], [8, 700]],      [false, true, false, false, true]],
  ['what begins far above its limit waits',      [[7, 301], [7, 301], [8, 700], [8, 700], [8, 700]],     [false, true, false, false, false]],
  ['a process that goes on is not asked at once',[[7, 301], [7, 301], [7, 301], [7, 301], [7, 301]],    [false, true, false, false, false]],
]

test.each(runs)('%s', (_, samples, expected) => {
  expect(replacements(samples)).toEqual(expected)
})

test('a limit that every process passes replaces it ever less often, and says so once', () => {
  let record: MemoryRecord | undefined
  const at: number[] = []
  const advice: string[] = []
  for (let second = 0; second < 1_800; second++) {
    const usage = { memoryBytes: 400 * mb, processes: 1 }
    const verdict = judgeMemory(limit, record, { pid: at.length, usage, at: second * 1_000 })
    record = verdict.record
    if (verdict.why !== undefined) at.push(second)
    if (verdict.advice !== undefined) advice.push(verdict.advice)
  }

  const waits = at.slice(1).map((second, index) => second - (at[index] ?? 0))
  expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300])
  expect(advice).toHaveLength(1)
})

test('a service whose instances grow too heavy is reloaded, those alone, and told why', async () => {
  const site = new FakeSite()
  site.live = [
    { slot: 0, pid: 10 },
    { slot: 1, pid: 11 },
    { slot: 2, pid: 12 },
  ]
  const usage = (memory: number, processes = 1) => ({ memoryBytes: memory * mb, processes })
  site.usage = new Map([
    [10, usage(312, 3)],
    [11, usage(100)],
    [12, usage(301)],
  ])
  const triggers = new Triggers(site.ports)
  await triggers.set(site.service({ max_memory_restart: '300M' }))

  site.clock.advance(1_500)
  await settled()
  expect(site.actions).toEqual([])

  site.clock.advance(1_500)
  await settled()
  expect(site.actions).toEqual([
    {
      service: 'api',
      op: 'reload',
      slots: [0],
      why: 'memory 312 MB over the limit of 300 MB, whole tree of pid 10 (3 processes)',
      by: 'memory',
    },
  ])

  await site.finish()
  expect(site.actions[1]).toMatchObject({
    slots: [2],
    why: 'memory 301 MB over the limit of 300 MB, pid 12',
  })
})

test('memory is not looked at while nobody has a limit', async () => {
  const site = new FakeSite()
  const triggers = new Triggers(site.ports)

  await triggers.set(site.service({}))
  expect(site.clock.armed).toBe(0)

  await triggers.set(site.service({ max_memory_restart: '1G' }))
  expect(site.clock.armed).toBe(1)

  await triggers.set(site.service({}))
  expect(site.clock.armed).toBe(0)
})

test('a look that takes longer than the beat is waited for', async () => {
  const site = new FakeSite()
  const asked: (readonly number[])[] = []
  site.live = [{ slot: 0, pid: 10 }]
  const measure = (pids: readonly number[]) => {
    asked.push(pids)
    return new Promise<never>(() => {})
  }
  const triggers = new Triggers({ ...site.ports, meter: { measure } })
  await triggers.set(site.service({ max_memory_restart: '300M' }))

  site.clock.advance(15_000)

  expect(asked).toEqual([[10]])
})
