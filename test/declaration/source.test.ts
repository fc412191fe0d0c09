import { expect, test } from 'vitest'
import { problemsOf, serviceOf } from './given.ts'

test('unless it says otherwise, a service is looked up in git and has nothing to do after an update', () => {
  const spec = serviceOf({})

  expect(spec).not.toHaveProperty('vizion')
  expect(spec).not.toHaveProperty('postUpdate')
  expect(serviceOf({ vizion: false })).toMatchObject({ vizion: false })
})

// prettier-ignore
test.each([
  [{ post_update: 'npm ci && make' },                       { commands: ['npm ci && make'], timeoutMs: 60_000 }],
  [{ post_update: ['npm ci', 'make'], exec_timeout: '5m' }, { commands: ['npm ci', 'make'], timeoutMs: 300_000 }],
  [{ postUpdate: ['make'], exec_timeout: 500 },             { commands: ['make'], timeoutMs: 500 }],
])('%j means %j', (app, expected) => {
  expect(serviceOf(app).postUpdate).toEqual(expected)
})

test.each([{ post_update: [' '] }, { post_update: { a: 1 } }, { exec_timeout: 0 }])(
  '%j is refused',
  (app) => {
    expect(problemsOf({ script: 'app.js', ...app })).toHaveLength(1)
  },
)
