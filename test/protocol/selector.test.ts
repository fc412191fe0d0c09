import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choose, parseSelection } from '../../src/protocol/selector.ts'

const hosts = [
  { host: 'db-1', labels: { zone: 'eu', tier: 'db' } },
  { host: 'db-2', labels: { zone: 'us', tier: 'db' } },
  { host: 'web-1', labels: { zone: 'eu', tier: 'web' } },
  { host: 'web-2', labels: { zone: 'us', tier: 'web' } },
  { host: 'web-3', labels: {} },
]
const chosen = (text: string, seed = 's') =>
  choose(parseSelection(text), hosts, seed).map(({ host }) => host)

test.each([
  ['all', ['db-1', 'db-2', 'web-1', 'web-2', 'web-3']],
  ['web-1', ['web-1']],
  ['web-2, web-1', ['web-1', 'web-2']],
  ['web-*', ['web-1', 'web-2', 'web-3']],
  ['zone=eu', ['db-1', 'web-1']],
  ['zone=eu,zone=us', ['db-1', 'db-2', 'web-1', 'web-2']],
  ['zone=eu,tier!=db', ['web-1']],
  ['tier!=db', ['web-1', 'web-2', 'web-3']],
  ['web-*,zone=us', ['web-2']],
  ['nobody', []],
])('--on %s means %j', (text, expected) => {
  expect(chosen(text)).toEqual(expected)
})

test.each([
  ['40%', 2],
  ['1%', 1],
  ['all,max=3', 3],
  ['web-*,max=9', 3],
  ['50%,max=1', 1],
])('--on %s leaves %i hosts', (text, count) => {
  expect(chosen(text)).toHaveLength(count)
})

test.each([
  ['WEB', 'the name of a host'],
  ['zone=Eu West', 'a label and its value'],
  ['0%', '1% to 100%'],
  ['max=many', 'a whole number'],
  ['', 'the name of a host'],
])('--on "%s" is refused', (text, why) => {
  expect(() => parseSelection(text)).toThrow(why)
})

describe('a limit', () => {
  test('leaves the same hosts for the same seed, whatever their order', () => {
    fc.assert(
      fc.property(fc.string(), fc.shuffledSubarray(hosts, { minLength: 5 }), (seed, shuffled) => {
        expect(choose(parseSelection('all,max=2'), shuffled, seed)).toEqual(
          choose(parseSelection('all,max=2'), hosts, seed),
        )
      }),
    )
  })

  test('keeps whom it had chosen when others leave', () => {
    const [first, second] = chosen('all,max=2')
    const others = hosts.filter(({ host }) => host === first || host === second)

    expect(choose(parseSelection('all,max=2'), others, 's').map(({ host }) => host)).toEqual([
      first,
      second,
    ])
  })
})
