import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalNames } from '../../src/declaration/fields.ts'
import { DeclarationError } from '../../src/declaration/problem.ts'
import type { Declaration } from '../../src/declaration/service.ts'
import { declared, node, serviceOf } from './given.ts'

const spelling = fc.constantFrom(...canonicalNames.keys())
const falsy = fc.constantFrom<unknown>(0, '', false, null, undefined, Number.NaN, [], {}, '0', -1)
const value = fc.oneof(fc.anything(), falsy, fc.constantFrom<unknown>('app.js', true, 3, '5s'))
const app = fc
  .tuple(fc.dictionary(spelling, value), fc.dictionary(fc.string(), fc.anything()))
  .map(([known, unknown]) => ({ script: 'app.js', ...unknown, ...known }))

/** What is promised of every outcome, and does not hold here. */
function broken(outcome: Declaration | DeclarationError): readonly string[] {
  if (outcome instanceof DeclarationError) {
    const lines = outcome.message.split('\n').length
    return outcome.problems.length > 0 && lines > outcome.problems.length ? [] : ['says nothing']
  }
  const services = outcome.services.flatMap((each) => [
    ...(each.name === '' ? ['no name'] : []),
    ...(each.script.startsWith('/') || each.interpreter !== node ? [] : ['a path from nowhere']),
    ...(each.instances >= 1 ? [] : ['no instance']),
    ...(each.minUptimeMs >= 100 && each.killTimeoutMs >= 0 ? [] : ['a time out of bounds']),
    ...(Object.values(each.env).every((text) => typeof text === 'string')
      ? []
      : ['no text in env']),
  ])
  const wire = JSON.parse(JSON.stringify(outcome)) as unknown
  return isDeepStrictEqual(wire, outcome) ? services : [...services, 'lost on the wire']
}

const attempt = (raw: unknown): Declaration | DeclarationError => {
  try {
    return declared(raw)
  } catch (error) {
    if (error instanceof DeclarationError) return error
    throw error
  }
}

test('an app either means something whole, or has problems; nothing else is thrown', () => {
  const anyFile = fc.oneof(app, fc.array(app, { maxLength: 3 }), fc.anything())

  fc.assert(
    fc.property(anyFile, (raw) => {
      expect(broken(attempt(raw))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

const falsies = fc.record(
  {
    max_restarts: fc.constant(0),
    restart_delay: fc.constantFrom(0, '0'),
    kill_timeout: fc.constantFrom(0, '0'),
    merge_logs: fc.constantFrom(false, 'false'),
    autorestart: fc.constantFrom(false, 'false'),
    autostart: fc.constant(false),
    treekill: fc.constant(false),
    instances: fc.constantFrom(0, '0'),
  },
  { requiredKeys: [] },
)

test('a falsy value counts like any other, in either spelling', () => {
  fc.assert(
    fc.property(falsies, fc.boolean(), (said, isCamel) => {
      const camel = (name: string): string =>
        name.replace(/_(.)/, (_, c: string) => c.toUpperCase())
      const entries = Object.entries(said)
      const raw = Object.fromEntries(entries.map(([k, v]) => [isCamel ? camel(k) : k, v]))

      const has = (name: string): boolean => Object.hasOwn(said, name)
      expect(serviceOf({ exec_mode: 'fork', ...raw })).toMatchObject({
        maxRestarts: has('max_restarts') ? 0 : 16,
        restartDelayMs: 0,
        killTimeoutMs: has('kill_timeout') ? 0 : 1_600,
        mergeLogs: !has('merge_logs') && !has('instances'),
        restart: has('autorestart') ? 'never' : 'always',
        autostart: !has('autostart'),
        treekill: !has('treekill'),
        instances: has('instances') ? 4 : 1,
      })
    }),
  )
})
