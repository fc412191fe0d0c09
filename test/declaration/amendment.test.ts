import { expect, test } from 'vitest'
import { amendableIn, amended, amendmentOf, isAmendment } from '../../src/declaration/amendment.ts'
import type { ServiceSpec } from '../../src/declaration/service.ts'
import { serviceOf } from './given.ts'

/** The whole way, from what was said to what holds. */
function changed(before: ServiceSpec, said: Readonly<Record<string, unknown>>): ServiceSpec {
  const fields = amendableIn(said)
  return amended(before, amendmentOf(fields, serviceOf({ script: 'app.js', ...fields })))
}

test.each<[Readonly<Record<string, unknown>>, Partial<ServiceSpec>]>([
  [{ args: 'a "b c"' }, { args: ['a', 'b c'] }],
  [{ nodeArgs: ['--no-warnings'] }, { interpreterArgs: ['--enable-source-maps', '--no-warnings'] }],
  [{ maxRestarts: 3 }, { maxRestarts: 3 }],
  [{ max_restarts: 16 }, { maxRestarts: 16 }],
  [{ killTimeout: '2s' }, { killTimeoutMs: 2_000 }],
  [{ autorestart: false }, { restart: 'never' }],
  [{ cron: '0 4 * * *' }, { cronRestart: { cron: '0 4 * * *', startsStopped: false } }],
  [{ maxMemoryRestart: '1K' }, { maxMemoryBytes: 1_024 }],
])('a service that is told %j has it, and keeps the rest', (said, expected) => {
  const before = serviceOf({ script: 'app.js', args: 'x', max_restarts: 5, env: { A: 'b' } })

  expect(changed(before, said)).toEqual({ ...before, ...expected })
})

test('what need not be there can be taken away', () => {
  const before = serviceOf({ script: 'app.js', cron_restart: '0 4 * * *' })

  expect(changed(before, { cron_restart: 0 })).not.toHaveProperty('cronRestart')
})

test('a word that is no field is passed over, a field that must be declared is refused', () => {
  expect(amendableIn({ timeout: 30, kill_timeout: 5, args: undefined })).toEqual({
    kill_timeout: 5,
  })
  expect(() => amendableIn({ out_file: 'x.log', watch: true })).toThrow(
    /out_file: .*by name.*\n.*watch: /,
  )
})

test('the arguments of a shell line are part of the line', () => {
  const before = serviceOf({ script: 'sleep 1000' })

  expect(() => amended(before, { args: ['1'] })).toThrow('is a shell line')
  expect(amended(before, { maxRestarts: 1 })).toEqual({ ...before, maxRestarts: 1 })
})

test('over the door nothing comes but fields that may change', () => {
  expect(isAmendment({ args: ['a'], cronRestart: null })).toBe(true)
  expect(isAmendment({ args: ['a'], env: { A: 'b' } })).toBe(false)
})
