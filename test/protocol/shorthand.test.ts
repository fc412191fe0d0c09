import { expect, test } from 'vitest'
import { readShorthand } from '../../src/protocol/shorthand.ts'

// prettier-ignore
const sentences: [string, object][] = [
  ['restart',                       { op: 'restart', services: [], fields: {} }],
  ['  restart\n',                   { op: 'restart', services: [], fields: {} }],
  ['stop api grace=5s id=r1',       { op: 'stop', services: [{ name: 'api' }], fields: { grace: '5s', id: 'r1' } }],
  ['restart api#2 @scope/x',        { op: 'restart', services: [{ name: 'api', slot: 2 }, { name: '@scope/x' }], fields: {} }],
  ['restart #1',                    { op: 'restart', services: [{ name: '', slot: 1 }], fields: {} }],
  ['restart "My App" "My App"#3',   { op: 'restart', services: [{ name: 'My App' }, { name: 'My App', slot: 3 }], fields: {} }],
  ['restart "a=b" "a#1"',           { op: 'restart', services: [{ name: 'a=b' }, { name: 'a#1' }], fields: {} }],
  ['restart api by="Anna \\"A\\" B"', { op: 'restart', services: [{ name: 'api' }], fields: { by: 'Anna "A" B' } }],
  ['restart /^web-/',               { op: 'restart', services: [{ name: '/^web-/' }], fields: {} }],
  ['restart api#x',                 { op: 'restart', services: [{ name: 'api#x' }], fields: {} }],
]

test.each(sentences)('%s', (text, shorthand) => {
  expect(readShorthand(text)).toEqual({ kind: 'shorthand', shorthand })
})

// prettier-ignore
const problems: [string, string][] = [
  ['',                       'the message is empty'],
  [' \n',                    'the message is empty'],
  ['restart "My App',        'a double quote is never closed'],
  ['restart api"',           'a double quote is never closed'],
  ['restart ""',             'a service has an empty name'],
  ['stop grace=1s grace=2s', 'grace= stands there twice'],
]

test.each(problems)('%j is no command: %s', (text, why) => {
  expect(readShorthand(text)).toEqual({ kind: 'problem', why })
})
