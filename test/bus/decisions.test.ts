import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reconnectDelay } from '../../src/bus/reconnect-delay.ts'
import { refusalOf } from '../../src/bus/refusal.ts'
import { compareStreamIds } from '../../src/protocol/stream-id.ts'

describe('how long to wait before connecting again', () => {
  test.each<[attempt: number, longestMs: number]>([
    [0, 200],
    [1, 400],
    [6, 12_800],
    [7, 15_000],
    [2_000, 15_000],
  ])('attempt %i: anything up to %i ms', (attempt, longestMs) => {
    expect(reconnectDelay(attempt, () => 0)).toBe(0)
    expect(reconnectDelay(attempt, () => 0.5)).toBe(longestMs / 2)
    expect(reconnectDelay(attempt, () => 1)).toBe(longestMs)
  })
})

describe('positions in a log', () => {
  test('are two integers, not text', () => {
    const ids = ['10-0', '9-1', '9-10', '9-2', '0-0']

    expect(ids.toSorted(compareStreamIds)).toEqual(['0-0', '9-1', '9-2', '9-10', '10-0'])
  })

  test('equal ids are equal, and the order has a direction', () => {
    const id = fc.tuple(fc.nat(), fc.nat()).map(([ms, seq]) => `${ms}-${seq}`)
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(Math.sign(compareStreamIds(a, b))).toBe(-Math.sign(compareStreamIds(b, a)) + 0)
        expect(compareStreamIds(a, b) === 0).toBe(a === b)
      }),
    )
  })
})

describe('why Redis did not do it', () => {
  const inScript = ' script: 1b936e3fe509bcbc9cd0664897bbe8fd0cac101b, on @user_script:12.'

  test.each<[message: string, kind: string]>([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'closed-to-writes'],
    [`OOM command not allowed when used memory > 'maxmemory'.${inScript}`, 'closed-to-writes'],
    ['NOREPLICAS Not enough good replicas to write.', 'closed-to-writes'],
    ['MISCONF Redis is configured to save RDB snapshots', 'closed-to-writes'],
    ['LOADING Redis is loading the dataset in memory', 'closed-to-writes'],
    ['BUSY Redis is busy running a script.', 'closed-to-writes'],
    ["NOPERM this user has no permissions to run the 'xadd' command", 'closed-to-writes'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'closed-to-writes'],
    ["READONLY You can't write against a read only replica.", 'replica'],
    ['ERR string exceeds maximum allowed size', 'refused'],
    ['Command timed out', 'unknown'],
    ['Connection is closed.', 'unknown'],
    ['read ECONNRESET', 'unknown'],
  ])('%s: %s', (message, kind) => {
    expect(refusalOf(message)).toMatchObject({ kind })
  })

  test('the place inside our script is nobody else’s business', () => {
    expect(refusalOf(`OOM full.${inScript}`).why).toBe('OOM full.')
  })
})
