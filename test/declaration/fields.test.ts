import { expect, test } from 'vitest'
import { fields, spellingsOf } from '../../src/declaration/fields.ts'
import type { ServiceSpec } from '../../src/declaration/service.ts'
import { declared, problemsOf, serviceOf } from './given.ts'

type Fields = Readonly<Record<string, unknown>>

// prettier-ignore
const meanings: [Fields, Partial<ServiceSpec>][] = [
  [{},                                        { name: 'app', namespace: 'default', cwd: '/srv', args: [] }],
  [{ name: 'api' },                           { name: 'api' }],
  [{ name: 'api', name_prefix: 'x' },         { name: 'x:api' }],
  [{ namespace: 'shop' },                     { namespace: 'shop' }],
  [{ args: '-p 80 --title "a b" k="v w"' },   { args: ['-p', '80', '--title', 'a b', 'k="v w"'] }],
  [{ args: ['-p', 80, true] },                { args: ['-p', '80', 'true'] }],
  [{ args: '' },                              { args: [] }],
  [{ scriptArgs: '-v' },                      { args: ['-v'] }],
  [{ node_args: '--harmony' },                { interpreterArgs: ['--enable-source-maps', '--harmony'] }],
  [{ interpreterArgs: ['--harmony'] },        { interpreterArgs: ['--enable-source-maps', '--harmony'] }],
  [{},                                        { execMode: 'fork', instances: 1, mergeLogs: true }],
  [{ instances: 1 },                          { execMode: 'cluster', instances: 1, mergeLogs: false }],
  [{ instances: 3, exec_mode: 'fork' },       { execMode: 'fork', instances: 3, mergeLogs: false }],
  [{ instances: '3', exec_mode: 'fork_mode' },{ execMode: 'fork', instances: 3 }],
  [{ instances: 3, execute_command: true },   { execMode: 'fork', instances: 3 }],
  [{ exec_mode: 'cluster_mode' },             { execMode: 'cluster', instances: 1 }],
  [{ instances: 0 },                          { instances: 4 }],
  [{ instances: 'max' },                      { instances: 4 }],
  [{ instances: -1 },                         { instances: 3 }],
  [{ instances: -9 },                         { instances: 1 }],
  [{ autostart: false },                      { autostart: false }],
  [{ autorestart: false },                    { restart: 'never' }],
  [{ autorestart: 'false' },                  { restart: 'never' }],
  [{},                                        { restart: 'always' }],
  [{ restart: 'on-failure' },                 { restart: 'on-failure' }],
  [{ restart: 'on-abnormal', autorestart: true }, { restart: 'on-abnormal' }],
  [{ restart: 'never', autorestart: false },  { restart: 'never' }],
  [{ stop_exit_codes: 0 },                    { stopExitCodes: [0] }],
  [{ stop_exit_codes: ['3', 143] },           { stopExitCodes: [3, 143] }],
  [{},                                        { maxRestarts: 16, minUptimeMs: 1_000, restartDelayMs: 0 }],
  [{ max_restarts: 0 },                       { maxRestarts: 0 }],
  [{ maxRestarts: '5' },                      { maxRestarts: 5 }],
  [{ max_restarts: null },                    { maxRestarts: 16 }],
  [{ min_uptime: '2m' },                      { minUptimeMs: 120_000 }],
  [{ restart_delay: '1500' },                 { restartDelayMs: 1_500 }],
  [{ exp_backoff_restart_delay: 100 },        { expBackoffMs: 100 }],
  [{},                                        { killTimeoutMs: 1_600, killSignal: 'SIGINT', treekill: true }],
  [{ kill_timeout: 0 },                       { killTimeoutMs: 0 }],
  [{ kill_timeout: '5s' },                    { killTimeoutMs: 5_000 }],
  [{ kill_signal: 'SIGTERM' },                { killSignal: 'SIGTERM' }],
  [{ killSignal: 'hup' },                     { killSignal: 'SIGHUP' }],
  [{ treekill: false },                       { treekill: false }],
  [{ out_file: 'logs/o.log', err: '/e.log' }, { outFile: '/srv/logs/o.log', errorFile: '/e.log' }],
  [{ output: '~/o.log', pid: 'a.pid' },       { outFile: '/home/ann/o.log', pidFile: '/srv/a.pid' }],
  [{ out_file: 'NULL' },                      { outFile: '/dev/null' }],
  [{ disable_logs: true, out_file: 'o.log' }, { outFile: '/dev/null', errorFile: '/dev/null' }],
  [{ log_file: 'l.log' },                     { outFile: '/srv/l.log', errorFile: '/srv/l.log' }],
  [{ log: '~/l.log', out_file: 'o.log' },     { outFile: '/srv/o.log', errorFile: '/home/ann/l.log' }],
  [{ log_file: 'l.log', out: 'o', err: 'e' }, { outFile: '/srv/o', errorFile: '/srv/e' }],
  [{ log_file: 'l.log', disable_logs: true }, { outFile: '/dev/null', errorFile: '/dev/null' }],
  [{ log_file: true },                        { joinLogs: true }],
  [{ merge_logs: true, instances: 2 },        { mergeLogs: true }],
  [{ merge_logs: false },                     { mergeLogs: false }],
  [{ combineLogs: false },                    { mergeLogs: false }],
  [{ instance_var: 'SLOT' },                  { instanceVar: 'SLOT' }],
  [{},                                        { instanceVar: 'NODE_APP_INSTANCE', env: {} }],
  [{ port: 3000 },                            { env: { PORT: '3000' } }],
  [{ port: 3000, increment_var: 'PORT' },     { increment: { name: 'PORT', from: 3_000 }, env: { PORT: '3000' } }],
  [{ incrementVar: 'N' },                     { increment: { name: 'N', from: 0 } }],
  [{ increment_var: 'N', env: { N: 'x' } },   { increment: { name: 'N', from: 0 } }],
  [{ filter_env: true },                      { envFilter: { kind: 'all' } }],
  [{ filter_env: 'TOKEN' },                   { envFilter: { kind: 'exactly', name: 'TOKEN' } }],
  [{ filterEnv: ['AWS_', 'SECRET'] },         { envFilter: { kind: 'containing', parts: ['AWS_', 'SECRET'] } }],
]

test.each(meanings)('an app that says %j means %j', (said, meant) => {
  expect(serviceOf(said)).toMatchObject(meant)
})

test.each(Object.keys(fields))('%s is known by every spelling', (name) => {
  const unknown = spellingsOf(name).filter((spelling) => {
    const app = { script: 'app.js', cmd: 'app.js', [spelling]: null }
    return declared(app).warnings.some((line) => line.includes('is not a known field'))
  })

  expect(unknown).toEqual([])
})

// prettier-ignore
const mistakes: [Fields, string][] = [
  [{ name: '' },                       'a name on one line, other than "all" and not ending in #0, #1, …'],
  [{ name: 'all' },                    'a name on one line, other than "all" and not ending in #0, #1, …'],
  [{ name: 'api#2' },                  'a name on one line, other than "all" and not ending in #0, #1, …'],
  [{ args: { a: 1 } },                 'text or a list of texts such as ["--port", "3000"]'],
  [{ exec_mode: 'thread' },            '"fork" or "cluster"'],
  [{ instances: 1.5 },                 'a whole number up to 1000 or "max"'],
  [{ instances: 'many' },              'a whole number up to 1000 or "max"'],
  [{ instances: 1_000_000_000 },       'a whole number up to 1000 or "max"'],
  [{ autorestart: 'yes' },             'true or false'],
  [{ stop_exit_codes: [1, 256] },      'an exit code from 0 to 255, or a list of them'],
  [{ maxRestarts: -1 },                'a whole number of at least 0'],
  [{ max_restarts: 'few' },            'a whole number of at least 0'],
  [{ min_uptime: 99 },                 'milliseconds or a time such as "5s" of at least 100 ms'],
  [{ restart_delay: -1 },              'milliseconds or a time such as "5s"'],
  [{ kill_timeout: Infinity },         'milliseconds or a time such as "5s"'],
  [{ kill_signal: 'SIGNAL' },          'a signal such as "SIGTERM"'],
  [{ port: 65_536 },                   'a whole number from 0 to 65535'],
  [{ max_memory_restart: 'lots' },     'a size such as "150M"'],
  [{ cron_restart: true },             'a pattern such as "0 4 * * *", or 0 for none'],
  [{ watch: 3 },                       'true, false, a path or a list of paths'],
  [{ restart: 'sometimes' },           '"always" or "on-failure" or "on-abnormal" or "never"'],
  [{ out_file: 5 },                    'the path of a file, or "NULL"'],
  [{ filter_env: { A: 1 } },           'true, false, the name of a variable or a list of parts of names'],
]

test.each(mistakes)('an app that says %j is told what was expected', (said, expected) => {
  const problems = Object.entries(said).map(([path, got]) => ({ path, expected, got }))

  expect(problemsOf({ script: 'app.js', ...said })).toEqual(problems)
})

test.each([false, 'false', []])('filter_env: %j filters nothing', (said) => {
  expect(serviceOf({ filter_env: said })).not.toHaveProperty('envFilter')
})

// prettier-ignore
const contradictions: [Fields, string][] = [
  [{ autorestart: false, restart: 'always' },      '"never", since autorestart is false'],
  [{ autorestart: false, restart: 'on-failure' },  '"never", since autorestart is false'],
  [{ autorestart: true, restart: 'never' },        'anything but "never", since autorestart is true'],
]

test.each(contradictions)('an app that says %j contradicts itself', (said, expected) => {
  const hint = 'leave autorestart out: restart says more'

  expect(problemsOf({ script: 'app.js', ...said })).toEqual([
    { path: 'restart', expected, got: said['restart'], hint },
  ])
})

test.each([false, 'NULL', '/dev/null'])('log_file: %j joins nothing', (said) => {
  const { outFile, errorFile, joinLogs } = serviceOf({ log_file: said, err: 'e.log' })

  expect({ outFile, errorFile, joinLogs }).toEqual({
    outFile: undefined,
    errorFile: '/srv/e.log',
    joinLogs: undefined,
  })
})

test('an argument that no process can be given is named by its place', () => {
  expect(problemsOf({ script: 'app.js', args: ['a', 'b\0'] })).toEqual([
    { path: 'args[1]', expected: 'text without a NUL byte', got: 'b\0' },
  ])
})

test('where a field is said twice its canonical name counts, and the other is announced', () => {
  const { services, warnings } = declared({ script: 'app.js', maxRestarts: 3, max_restarts: 0 })

  expect(services[0]?.maxRestarts).toBe(0)
  expect(warnings).toEqual(['maxRestarts is not used: max_restarts says the same'])
})

test('an unknown field is a warning with the nearest known name', () => {
  const { warnings } = declared([{ script: 'app.js', max_restart: 3, colour: 'red' }])

  expect(warnings).toEqual([
    '[0].max_restart is not a known field: did you mean max_restarts?',
    '[0].colour is not a known field',
  ])
})
