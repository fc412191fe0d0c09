import { expect, test } from 'vitest'
import { showMillis } from '../../../src/base/units.ts'
import {
  admit,
  noStorm,
  stormPolicy,
  type Storm,
} from '../../../src/supervisor/triggers/storm-guard.ts'

/** What becomes of one restart at each of these seconds. */
function admitted(seconds: readonly number[], before: Storm = noStorm): readonly string[] {
  let storm = before
  return seconds.map((second) => {
    const verdict = admit(stormPolicy, storm, second * 1_000)
    storm = verdict.storm
    return verdict.kind === 'go' ? 'go' : `pause ${showMillis(verdict.forMs)}`
  })
}

const ten = Array.from({ length: 10 }, (_, index) => index)
const goes = Array.from({ length: 10 }, () => 'go')

test('ten restarts within a minute are work, the eleventh is a storm', () => {
  expect(admitted([...ten, 10])).toEqual([...goes, 'pause 30 s'])
  expect(admitted([...ten, 60])).toEqual([...goes, 'go'])
})

test('while a pause lasts nothing goes, and what is left of it is said', () => {
  expect(admitted([...ten, 10, 30, 39.5, 40])).toEqual([
    ...goes,
    'pause 30 s',
    'pause 10 s',
    'pause 500 ms',
    'go',
  ])
})

test('each storm that follows a storm is paused for twice as long, up to ten minutes', () => {
  let storm: Storm = noStorm
  let now = 0
  const pauses = Array.from({ length: 7 }, () => {
    for (;;) {
      const verdict = admit(stormPolicy, storm, now)
      storm = verdict.storm
      if (verdict.kind === 'go') continue
      now += verdict.forMs
      return verdict.forMs / 1_000
    }
  })

  expect(pauses).toEqual([30, 60, 120, 240, 480, 600, 600])
})

test('a storm after ten calm minutes is a first one again', () => {
  const before: Storm = { times: [], pauses: 4, pausedUntil: 0 }
  const later = ten.map((second) => second + 601)

  expect(admitted([...later, 611], before).at(-1)).toBe('pause 30 s')
})

test('a pause is told once, in a sentence', () => {
  const storm: Storm = { times: ten.map((second) => second * 1_000), pauses: 0, pausedUntil: 0 }

  const first = admit(stormPolicy, storm, 10_000)
  const second = admit(stormPolicy, first.storm, 11_000)

  expect(first).toMatchObject({
    why: 'watch is paused for 30 s after 10 restarts by watch within 1 m',
  })
  expect(second).not.toHaveProperty('why')
})
