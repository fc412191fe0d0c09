import { Ajv2020 } from 'ajv/dist/2020.js'
import json5 from 'json5'
import { expect, test } from 'vitest'
import { canonicalNames } from '../../src/declaration/fields.ts'
import { declarationSchema } from '../../src/declaration/schema.ts'
import { article } from './article.ts'

const schema = declarationSchema()
const isValid = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(
  schema,
)
const app = { script: 'a.js' }

// prettier-ignore
const valid: [string, unknown][] = [
  ["the article's file",      json5.parse(article)],
  ['a list',                  [app]],
  ['one app',                 app],
  ['one app under apps',      { apps: app }],
  ['aliases',                 { cmd: 'a.js', maxRestarts: '3', interpreter: 'none', killTimeout: 5 }],
  ['environments',            { ...app, env: { A: 1 }, env_production: { A: null } }],
  ['groups',                  { apps: [app], groups: { x: { supervision: { strategy: 'one_for_all' } } } }],
]

test.each(valid)('%s fits the schema', (_, file) => {
  expect(isValid(file) ? [] : isValid.errors).toEqual([])
})

// prettier-ignore
const invalid: [string, unknown][] = [
  ['an app without script',   { apps: [{ name: 'x' }] }],
  ['no apps',                 { apps: [] }],
  ['a field of another type', { ...app, treekill: 3 }],
  ['a mode that is none',     { ...app, exec_mode: 'thread' }],
  ['variables as text',       { ...app, env_dev: 'A=1' }],
  ['a strategy that is none', { apps: [app], groups: { x: { supervision: 'all' } } }],
]

test.each(invalid)('%s does not fit the schema', (_, file) => {
  expect(isValid(file)).toBe(false)
})

test('every spelling of every field has a sentence for the editor', () => {
  const { properties } = schema['$defs'].app

  expect(Object.keys(properties).toSorted()).toEqual([...canonicalNames.keys()].toSorted())
  for (const property of Object.values(properties)) {
    expect(property['description']).toMatch(/\.$/)
  }
  expect(properties['kill_timeout']).toMatchObject({ default: 1_600 })
  expect(properties['killTimeout']?.['description']).toMatch(/^The same as kill_timeout\. /)
  expect(properties['placement']?.['description']).toMatch(/Not active yet\.$/)
})
