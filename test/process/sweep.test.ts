import { expect, test } from 'vitest'
import { type Carrier, type Census } from '../../src/process/census.ts'
import { sweep } from '../../src/process/sweep.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { identityOf } from './given.ts'

interface Scene {
  readonly killed: number[]
  readonly counts: () => number
  readonly survivors: Promise<readonly { pid: number }[]>
}

/** A sweep over scripted counts; when the script is over nobody is left. Pauses pass at once. */
function sweepOver(
  script: readonly (readonly number[])[],
  { others = [], slowToDie = [] }: { others?: readonly Carrier[]; slowToDie?: number[] } = {},
): Scene {
  const clock = new FakeClock()
  const killed: number[] = []
  let counted = 0
  const census: Census = {
    count: async () => [...(script[counted++] ?? []).map((pid) => carrier(pid, 'mine')), ...others],
  }
  const survivors = sweep('mine', {
    census,
    clock: {
      now: () => 0,
      date: () => clock.date(),
      after: (_, fn) => (queueMicrotask(fn), () => {}),
    },
    kill: (identity) => killed.push(identity.pid),
    // Who is slow to die has lost its cookie at the second count, and is gone at the fourth.
    isAlive: ({ pid }) =>
      (script[counted - 1] ?? []).includes(pid) ||
      others.some(({ identity }) => identity.pid === pid) ||
      (slowToDie.includes(pid) && counted < 4),
    commandOf: (pid) => `command ${pid}`,
  })
  return { killed, counts: () => counted, survivors }
}

function carrier(pid: number, cookie: string): Carrier {
  return { identity: identityOf(pid), state: 'D', cookie }
}

const scripts: [what: string, script: number[][], killed: number[], counts: number][] = [
  ['finds nobody twice before it believes it', [], [], 2],
  ['kills who it finds', [[1, 2]], [1, 2], 3],
  ['kills who was forked in the meantime', [[1], [2], []], [1, 2], 4],
  ['is not fooled by one empty count', [[1], [], [2]], [1, 2], 5],
]

test.each(scripts)('a sweep %s', async (_, script, killed, counts) => {
  const scene = sweepOver(script)

  expect(await scene.survivors).toEqual([])
  expect(scene.killed).toEqual(killed)
  expect(scene.counts()).toBe(counts)
})

test('a sweep leaves alone who carries another cookie', async () => {
  const scene = sweepOver([[1]], { others: [carrier(2, 'mine too'), carrier(3, 'min')] })

  expect(await scene.survivors).toEqual([])
  expect(scene.killed).toEqual([1])
})

test('a process that outlives five rounds is named with its state', async () => {
  const scene = sweepOver(Array.from({ length: 9 }, () => [7]))

  expect(await scene.survivors).toEqual([{ pid: 7, state: 'D', command: 'command 7' }])
  expect(scene.killed).toEqual([7, 7, 7, 7, 7])
})

test('a process that has lost its cookie but not yet its life is waited for', async () => {
  const scene = sweepOver([[1]], { slowToDie: [1] })

  expect(await scene.survivors).toEqual([])
  expect(scene.counts()).toBe(5)
})
