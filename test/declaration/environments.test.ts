import { expect, test } from 'vitest'
import { declared, problemsOf, serviceOf } from './given.ts'

test('the chosen environment lies over env and port', () => {
  const app = {
    env: { A: 1, B: 'env', PORT: 1 },
    port: 2,
    env_production: { B: 'production', PORT: 3 },
  }

  expect(serviceOf(app).env).toEqual({ A: '1', B: 'env', PORT: '2' })
  const chosen = serviceOf(app, { envName: 'production' })
  expect(chosen.env).toEqual({ A: '1', B: 'production', PORT: '3' })
  expect(chosen.envName).toBe('production')
})

test('values become text, and none is lost for being falsy', () => {
  const env = {
    TEXT: '',
    ZERO: 0,
    NO: false,
    NOTHING: null,
    UNSET: undefined,
    OBJECT: { a: [1] },
    BIG: 9n,
  }

  expect(serviceOf({ env }).env).toEqual({
    TEXT: '',
    ZERO: '0',
    NO: 'false',
    NOTHING: '',
    OBJECT: '{"a":[1]}',
    BIG: '9',
  })
})

test('it is enough that some app declares the chosen environment', () => {
  const file = [
    { script: 'app.js', name: 'a', env: { A: 1 } },
    { script: 'app.js', name: 'b', env_dev: { A: 2 } },
  ]

  const { services } = declared(file, { envName: 'dev' })

  expect(services.map(({ env }) => env)).toEqual([{ A: '1' }, { A: '2' }])
})

test('an environment that no app declares is refused with those that are', () => {
  const file = [
    { script: 'app.js', env_production: {}, env_staging: {} },
    { script: 'app.js', name: 'b', env_production: {}, env_dev: {} },
  ]
  const expected = 'one that is declared: production, staging, dev'

  expect(problemsOf(file, { envName: 'productoin' })).toEqual([
    { path: '--env', expected, got: 'productoin', hint: 'did you mean production?' },
  ])
  expect(problemsOf({ script: 'app.js' }, { envName: 'dev' })).toEqual([
    { path: '--env', expected: 'no environment, since no app declares an "env_dev"', got: 'dev' },
  ])
})

test('append_env_to_name makes the environment part of the name, and --only goes by the plain one', () => {
  const file = [{ script: 'app.js', append_env_to_name: true, env_dev: {} }]

  const [service] = declared(file, { envName: 'dev', only: ['app'] }).services

  expect(service?.name).toBe('app-dev')
  expect(declared(file).services[0]?.name).toBe('app')
})
