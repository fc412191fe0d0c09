import { expect, test } from 'vitest'
import { declared } from './given.ts'

type Fields = Readonly<Record<string, unknown>>

const warningsOf = (...apps: readonly Fields[]): readonly string[] =>
  declared(apps.map((app, index) => ({ script: 'app.js', name: `s${index}`, ...app }))).warnings

// prettier-ignore
const lines: [Fields, string[]][] = [
  [{ vizion: true, post_update: 'make' },     []],
  [{ time: true, log_type: 'json' }, []],
  [{ schedule: '0 4 * * *' },        ['s0 is a job: it runs at `0 4 * * *`, and now with `troupe start s0`']],
  [{ watch: true, cron: '0 4 * * *' },        []],
  [{ depends_on: ['db'] },           ['s0 waits for db, which is not started with it']],
  [{ force: true },                  ['`force` does nothing here: services are told apart by name, and one script may have many names (s0)']],
  [{ watch: false, depends_on: [] },  []],
  [{ cron_restart: 0 },              []],
  [{ cron_restart: '0' },            []],
  [{ wait_ready: false, time: false },        []],
  [{ max_memory_restart: 0, post_update: [] },[]],
  [{ windowsHide: true, username: 'ann' },    []],
  [{ exec_mode: 'cluster', instances: 2 },    []],
  [{ interpreter: 'python3', wait_ready: true, reload: 'primary' }, ['s0: `reload: primary` is for Node scripts: it runs in fork mode', 's0: `wait_ready` does nothing, it is for Node scripts: it is online at once']],
  [{ instances: 2, exec_mode: 'fork' },       []],
  [{ reload_signal: 'SIGHUP' },               []],
  [{ reload_signal: 'HUP', instances: 1 },    ['s0: `reload_signal` does nothing: in cluster mode a reload replaces its processes']],
  [{ reload_signal: 'HUP', reload: 'overlap' }, ['s0: `reload_signal` does nothing: with `reload: overlap` a reload replaces its processes']],
  [{ log_file: 'a.log' },                     []],
  [{ log_file: 'NULL', out: 'o', err: 'e' },  []],
  [{ log_file: true, out_file: 'o.log' },     ['s0: `log_file` gets only the other stream: `out_file` has the rest']],
  [{ log_file: 'a.log', out: 'o', err: 'e' }, ['s0: `log_file` gets nothing: `out_file` and `error_file` have the rest']],
  [{ increment_var: 'N', env: { N: 7 } },     []],
  [{ increment_var: 'N' },                    []],
  [{ increment_var: 'N', env: { N: 'x' } },   ['s0: `increment_var` begins with 0, since env says no whole number for N']],
]

test.each(lines)('an app that says %j hears %j', (app, expected) => {
  expect(warningsOf(app)).toEqual(expected)
})

test('a field is announced once, however many services use it', () => {
  const asking = { placement: { zone: 'eu' } }

  expect(warningsOf(asking, {}, asking)).toEqual(['`placement` is not active yet (s0, s2)'])
  expect(warningsOf(...Array.from({ length: 5 }, () => asking))).toEqual([
    '`placement` is not active yet (s0, s1, s2 and 2 more)',
  ])
})
