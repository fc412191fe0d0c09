import { expect, test } from 'vitest'
import { shapeOf } from '../../src/declaration/shape.ts'
import { declared, problemsOf } from './given.ts'

const a = { script: 'a.js' }
const b = { script: 'b.js' }

// prettier-ignore
const shapes: [string, unknown, string[]][] = [
  ['a list under apps',    { apps: [a, b] },          ['apps[0]', 'apps[1]']],
  ['one app under apps',   { apps: a },               ['apps']],
  ['a list under pm2',     { pm2: [a, b] },           ['pm2[0]', 'pm2[1]']],
  ['apps under pm2',       { pm2: { apps: [a] } },    ['pm2.apps[0]']],
  ['a list',               [a, b],                    ['[0]', '[1]']],
  ['one app',              a,                         ['']],
  ['one app by cmd',       { cmd: 'a.js' },           ['']],
]

test.each(shapes)('%s is a declaration', (_, raw, paths) => {
  const { apps, problems } = shapeOf(raw)

  expect(apps.map(({ path }) => path)).toEqual(paths)
  expect(problems).toEqual([])
})

// prettier-ignore
const others: [string, unknown, string][] = [
  ['nothing',              null,             ''],
  ['text',                 'a.js',           ''],
  ['a program',            () => a,          ''],
  ['an empty object',      {},               ''],
  ['no apps',              { apps: [] },     'apps'],
  ['a list of texts',      ['a.js'],         '[0]'],
  ['apps that are text',   { apps: 'a.js' }, 'apps'],
]

test.each(others)('%s is none', (_, raw, path) => {
  expect(problemsOf(raw)).toMatchObject([{ path }])
})

test('a misspelling is pointed out', () => {
  expect(problemsOf({ app: [a] })).toMatchObject([
    { got: ['app'], hint: 'is "app" a misspelling?' },
  ])
})

test('what stands beside the apps is known, announced or warned about', () => {
  const file = {
    $schema: 'x',
    apps: [{ script: 'app.js' }],
    deploy: {},
    grops: {},
  }

  expect(declared(file).warnings).toEqual([
    'grops is not a known field: did you mean groups?',
    "`deploy` does nothing here: PM2's deployment over ssh is not taken over",
  ])
})
