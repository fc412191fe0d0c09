import { expect, test } from 'vitest'
import { type HostSelector, selects } from '../../src/protocol/host-selector.ts'

const labels = { zone: 'a', canary: 'true' }

// prettier-ignore
const selectors: [HostSelector, boolean][] = [
  [{},                                          true],
  [{ hosts: ['web-07'] },                       true],
  [{ hosts: ['web-*'] },                        true],
  [{ hosts: ['*-0?'] },                         true],
  [{ hosts: ['web-07*'] },                      true],
  [{ hosts: ['db', 'w*7'] },                    true],
  [{ hosts: [] },                               false],
  [{ hosts: [''] },                             false],
  [{ hosts: ['web-0'] },                        false],
  [{ hosts: ['*-08'] },                         false],
  [{ hosts: ['web-07?'] },                      false],
  [{ hosts: ['web.07'] },                       false],
  [{ labels: { zone: ['a', 'b'] } },            true],
  [{ labels: { zone: ['b'] } },                 false],
  [{ labels: { zone: ['a'], rack: ['1'] } },    false],
  [{ labels: { constructor: ['x'] } },          false],
  [{ hosts: ['db'], labels: { zone: ['a'] } },  false],
]

test.each(selectors)('%j selects web-07: %s', (selector, isSelected) => {
  expect(selects(selector, 'web-07', labels)).toBe(isSelected)
})

test('a glob made to be slow is not', () => {
  const glob = `${'*?'.repeat(1_000)}x`
  expect(selects({ hosts: [glob] }, 'a'.repeat(63), {})).toBe(false)
})
