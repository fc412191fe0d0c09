import { expect, test } from 'vitest'
import {
  pairsIn,
  settingNames,
  settingPath,
  valueAt,
  withValue,
} from '../../src/pm2/setting-path.ts'

// prettier-ignore
test.each([
  ['module:key',     ['module', 'key']],
  ['a.b.c',          ['a', 'b', 'c']],
  ['"a.b":c',        ['a.b', 'c']],
  [`'my mod':k.l`,   ['my mod', 'k', 'l']],
])('%s is the way %j', (name, path) => {
  expect(settingPath(name)).toEqual(path)
})

test.each(['', '__proto__:x', 'a.constructor', '""'])('"%s" is no name of a setting', (name) => {
  expect(() => settingPath(name)).toThrow('cannot be the name')
})

test('a setting is put in, read and taken out where its way leads', () => {
  const one = withValue({}, ['a', 'b'], '1')
  const two = withValue(one, ['a', 'c'], '2')

  expect(two).toEqual({ a: { b: '1', c: '2' } })
  expect(settingNames(two)).toEqual([
    ['a:b', '1'],
    ['a:c', '2'],
  ])
  expect(withValue(two, ['a', 'b'], undefined)).toEqual({ a: { c: '2' } })
  expect(withValue(two, ['x', 'y'], undefined)).toEqual(two)
  expect(withValue({ a: 'text' }, ['a', 'b'], '1')).toEqual({ a: { b: '1' } })
  expect(valueAt(two, ['a', 'b', 'c'])).toBeUndefined()
  expect(valueAt({}, ['toString'])).toBeUndefined()
})

test('pairs are words, quoted where there are spaces', () => {
  expect(pairsIn(`a 1 b "two words" c ''`)).toEqual([
    ['a', '1'],
    ['b', 'two words'],
    ['c', ''],
  ])
  expect(() => pairsIn('a 1 b')).toThrow('b has no value')
})
