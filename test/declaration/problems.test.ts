import { expect, test } from 'vitest'
import { below, show } from '../../src/declaration/problem.ts'
import { declared, machineWith, problemsOf, refusal } from './given.ts'

test('all problems of a file are told at once, in its order, and a misspelt field beside them', () => {
  const file = {
    apps: [
      { script: 'nope.js', instances: 1.5, max_restart: 3 },
      { script: 'app.js', name: 'web', interpreter: 'pyton', cwd: 'nowhere' },
      { script: 'app.js', name: 'web', minUptime: 5 },
      'app.js',
    ],
  }

  expect(refusal(file).message.split('\n')).toEqual([
    'processes.json cannot be used:',
    '  apps[3]: expected an app, got "app.js"',
    '  apps[0].instances: expected a whole number up to 1000 or "max", got 1.5',
    '  apps[0].script: expected a file, or a command on the PATH, got "nope.js" (there is no /srv/nope.js)',
    '  apps[1].cwd: expected a directory, got "nowhere" (there is none at /srv/nowhere)',
    '  apps[1].interpreter: expected an interpreter that is installed, got "pyton" (there is no pyton on the PATH)',
    '  apps[2].minUptime: expected milliseconds or a time such as "5s" of at least 100 ms, got 5',
    '  apps[2].name: expected a name of its own: apps[1].name has this one too, got "web"',
    '  note: apps[0].max_restart is not a known field: did you mean max_restarts?',
  ])
  expect(refusal(file).code).toBe('E_DECLARATION')
})

test('two apps that run one script need two names, even with force', () => {
  const expected = 'a name of its own: [0].name has this one too'

  const twice = [{ script: 'app.js' }, { script: 'app.js', force: true }]
  expect(problemsOf(twice)).toEqual([{ path: '[1].name', expected, got: 'app' }])

  const named = declared([{ script: 'app.js' }, { script: 'app.js', name: 'other' }])
  expect(named.services.map(({ name }) => name)).toEqual(['app', 'other'])
})

test('the values of variables are never shown', () => {
  const env = { TOKEN: 's3cret\0', 'A=B': 's3cret', CALL: () => 's3cret' }
  const file = [
    { script: 'app.js', env },
    { script: 'app.js', name: 'b', env: 'TOKEN=s3cret', secrets: 's3cret' },
  ]

  expect(problemsOf(file).map(({ path }) => path)).toEqual([
    '[0].env.TOKEN',
    '[0].env["A=B"]',
    '[0].env.CALL',
    '[1].env',
    '[1].secrets',
  ])
  expect(refusal(file).message).not.toContain('s3cret')
})

test('--only leaves out what stands against the others on this machine, not their mistakes', () => {
  const file = [{ script: 'app.js' }, { script: 'gone.js', name: 'gone' }]
  const [first, second] = file

  expect(declared(file, { only: ['app'] }).services.map(({ name }) => name)).toEqual(['app'])
  expect(problemsOf([first, { ...second, port: -1 }], { only: ['app'] })).toHaveLength(1)
  expect(problemsOf(file, { only: ['ap', 'app'] })).toEqual([
    { path: '--only', expected: 'a declared name: app, gone', got: 'ap' },
  ])
})

test('a directory that may not be entered is a problem', () => {
  const machine = machineWith({ directories: ['/locked'] })

  expect(problemsOf({ script: '/srv/app.js', cwd: '/locked' }, { machine })).toMatchObject([
    { path: 'cwd', expected: 'a directory that may be entered', got: '/locked' },
  ])
})

test('a path is written as in JavaScript', () => {
  expect(below('', 'apps', 0, 'env', 'A', 'a b')).toBe('apps[0].env.A["a b"]')
  expect(below('', 1, 'script')).toBe('[1].script')
})

test('any value is shown on one short line', () => {
  const own: Record<string, unknown> = {}
  own['self'] = own

  expect([undefined, NaN, 'a\nb', own, 1n, () => 1].map(show)).toEqual([
    'nothing',
    'NaN',
    '"a\\nb"',
    'a object',
    'a bigint',
    'a function',
  ])
  expect(show('x'.repeat(500))).toHaveLength(100)
})
