import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TroupeError } from '../../src/base/errors.ts'

function thrownBy(act: () => unknown): unknown {
  try {
    return act()
  } catch (thrown) {
    return thrown
  }
}

test.each([
  { name: 'one of ours', value: new TroupeError('E_FAILED', 'no'), expected: true },
  {
    name: 'one that came over the wire',
    value: Object.assign(new Error('no'), { code: 'E_REJECTED' }),
    expected: true,
  },
  { name: 'a system error', value: thrownBy(() => readFileSync('/nowhere')), expected: false },
  { name: 'any other error', value: new Error('no'), expected: false },
  { name: 'what is no error', value: { code: 'E_FAILED' }, expected: false },
])('$name is a TroupeError: $expected', ({ value, expected }) => {
  expect(TroupeError.is(value)).toBe(expected)
})

test('a code is compared as a whole', () => {
  const error = new TroupeError('E_FAILED', 'no')

  expect(TroupeError.is(error, 'E_FAILED')).toBe(true)
  expect(TroupeError.is(error, 'E_TIMEOUT')).toBe(false)
})
