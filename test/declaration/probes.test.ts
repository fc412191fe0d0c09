import { expect, test } from 'vitest'
import type { Check } from '../../src/base/check.ts'
import { problemsOf, serviceOf } from './given.ts'

const at = { host: '127.0.0.1', port: 3000 }

// prettier-ignore
const checks: [unknown, Check][] = [
  ['http://:3000/health',                        { kind: 'http', ...at, path: '/health' }],
  ['http://api.internal:3000',                   { kind: 'http', port: 3000, host: 'api.internal', path: '/' }],
  ['tcp://:3000',                                { kind: 'tcp', ...at }],
  [{ http: { port: 3000, status: 204 } },        { kind: 'http', ...at, path: '/', status: 204 }],
  [{ http: 'http://:3000/x' },                   { kind: 'http', ...at, path: '/x' }],
  [{ tcp: { port: '3000' } },                    { kind: 'tcp', ...at }],
  [{ exec: 'pg_isready -q' },                    { kind: 'exec', argv: ['/bin/sh', '-c', 'pg_isready -q'] }],
  [{ exec: ['pg_isready', '-q'] },               { kind: 'exec', argv: ['pg_isready', '-q'] }],
]

test.each(checks)('a probe %j looks so', (said, check) => {
  expect(serviceOf({ liveness: said }).liveness?.check).toEqual(check)
  expect(serviceOf({ readiness: said }).readiness).toMatchObject({
    kind: 'probe',
    probe: { check },
  })
})

test('a probe says how often it looks, and what counts', () => {
  const said = { tcp: 'tcp://:1', interval: '5s', timeout: 100, successes: 2, failures: '4' }

  expect(serviceOf({ liveness: said }).liveness).toMatchObject({
    intervalMs: 5_000,
    timeoutMs: 100,
    successes: 2,
    failures: 4,
  })
})

test.each([
  [{ readiness: 'message' }, { kind: 'message' }],
  [{ wait_ready: true }, { kind: 'message' }],
  [{ readiness: 'listen' }, { kind: 'listening' }],
  [{ readiness: 'listen', wait_ready: true }, { kind: 'listening' }],
])('an app that says %j waits for %j', (said, readiness) => {
  expect(serviceOf(said).readiness).toEqual(readiness)
})

test.each([
  'soon',
  'http://:0/',
  'tcp://:70000',
  {},
  { http: 'http://:1/', tcp: 'tcp://:1' },
  { http: 'tcp://:1' },
  { htp: 'http://:1/' },
  { exec: [] },
])('a probe %j is refused', (said) => {
  expect(problemsOf({ script: 'app.js', liveness: said }).map(({ path }) => path)).toEqual([
    expect.stringContaining('liveness'),
  ])
})
