import { expect, test } from 'vitest'
import { declared, problemsOf } from './given.ts'

const file = (groups: unknown): unknown => ({
  apps: [
    { script: 'app.js', name: 'a' },
    { script: 'app.js', name: 'b', namespace: 'shop' },
  ],
  groups,
})

const plain = { strategy: 'one_for_one', intensity: { max: 16, windowMs: 60_000 } }

// prettier-ignore
const supervisions: [unknown, object][] = [
  [{ supervision: 'one_for_all' },                                     { ...plain, strategy: 'one_for_all' }],
  ['rest_for_one',                                                     { ...plain, strategy: 'rest_for_one' }],
  [{},                                                                 plain],
  [{ supervision: {} },                                                plain],
  [{ supervision: { strategy: 'one_for_all', intensity: { max: 3 } } },
                                                                       { strategy: 'one_for_all', intensity: { max: 3, windowMs: 60_000 } }],
  [{ supervision: { intensity: { max: '5', within: '2m' } } },         { ...plain, intensity: { max: 5, windowMs: 120_000 } }],
]

test.each(supervisions)('a group that says %j means %j', (said, meant) => {
  expect(declared(file({ shop: said })).groups).toEqual([{ name: 'shop', ...meant }])
})

test('a namespace that says nothing goes back to one_for_one, but for the common one', () => {
  expect(declared(file(undefined)).groups).toEqual([{ name: 'shop', ...plain }])
})

// prettier-ignore
const mistakes: [unknown, string[]][] = [
  [3,                                                                  ['groups']],
  [{ shop: 'all' },                                                    ['groups.shop.supervision']],
  [{ shop: { supervision: { strategy: 'all', intensity: 4 } } },       ['groups.shop.supervision.strategy', 'groups.shop.supervision.intensity']],
  [{ shop: { supervision: { intensity: { max: 0, within: 'soon' } } } },
                                                                       ['groups.shop.supervision.intensity.max', 'groups.shop.supervision.intensity.within']],
]

test.each(mistakes)('groups that say %j are refused', (groups, paths) => {
  expect(problemsOf(file(groups)).map(({ path }) => path)).toEqual(paths)
})

test('a group without services and a misspelling are warnings', () => {
  const groups = { shop: { supervison: 'one_for_all' }, sales: 'one_for_all' }

  expect(declared(file(groups)).warnings).toEqual([
    'groups.shop.supervison is not a known field: did you mean supervision?',
    'groups.sales: no service has this namespace',
  ])
})
