import { expect, test } from 'vitest'
import { declared, machineWith, problemsOf, serviceOf } from './given.ts'

type Fields = Readonly<Record<string, unknown>>

const plain = [
  { token: 'YYYY' },
  { text: '-' },
  { token: 'MM' },
  { text: '-' },
  { token: 'DD' },
  { text: 'T' },
  { token: 'HH' },
  { text: ':' },
  { token: 'mm' },
  { text: ':' },
  { token: 'ss' },
]
const time = [{ token: 'HH' }, { text: ':' }, { token: 'mm' }, { text: ' ' }, { token: 'Z' }]

// prettier-ignore
const stamps: [Fields, unknown][] = [
  [{},                                                  undefined],
  [{ time: false, log_type: 'plain' },                  undefined],
  [{ log_date_format: false },                          undefined],
  [{ time: true },                                      { kind: 'text', format: plain }],
  [{ log_date_format: true },                           { kind: 'text', format: plain }],
  [{ log_date_format: 'HH:mm Z' },                      { kind: 'text', format: time }],
  [{ log_date_format: 'HH:mm Z', time: true },          { kind: 'text', format: time }],
  [{ logDateFormat: '[at] SSS' },                       { kind: 'text', format: [{ text: 'at' }, { text: ' ' }, { token: 'SSS' }] }],
  [{ log_type: 'json' },                                { kind: 'json' }],
  [{ log_type: 'json', log_date_format: 'HH:mm Z' },    { kind: 'json', format: time }],
]

test.each(stamps)('an app that says %j is stamped with %j', (said, stamp) => {
  expect(serviceOf(said).logStamp).toEqual(stamp)
})

// prettier-ignore
const strange: [string, string][] = [
  ['MMM D YYYY',      'MMM, D'],
  ['hh:mm A',         'hh, A'],
  ['YY-MM-DD ZZ',     'YY, ZZ'],
  ['today HH',        'd, a'],
]

test.each(strange)('of the format %j it is said that %s will not do', (said, words) => {
  expect(problemsOf({ script: 'app.js', log_date_format: said })).toEqual([
    {
      path: 'log_date_format',
      expected: 'a format of YYYY, MM, DD, HH, mm, ss, SSS, Z',
      got: said,
      hint: `not ${words}; text stands in brackets: [at]`,
    },
  ])
})

test('what Node does not run is not stamped, and that is said', () => {
  const machine = machineWith({
    files: { '/srv/job.py': {}, '/srv/main.ts': {} },
    commands: ['bun', 'python3'],
  })
  const apps = [
    { script: 'job.py', time: true },
    { script: 'main.ts', log_type: 'json' },
    { script: 'app.js', time: true },
  ]

  const { services, warnings } = declared(apps, { machine })

  expect(services.map(({ logStamp }) => logStamp?.kind)).toEqual([undefined, undefined, 'text'])
  expect(warnings).toEqual([
    'job, main: only Node services stamp what they write: `troupe logs --timestamp` shows when each line was read',
  ])
})
