import { expect, test } from 'vitest'
import type { ServiceSpec } from '../../src/declaration/service.ts'
import { problemsOf, serviceOf } from './given.ts'

type Fields = Readonly<Record<string, unknown>>

const all = { base: '/srv', paths: ['.'], delayMs: 200, options: {} }
const job = { overlap: 'skip', missed: 'skip', keep: 20 } as const

// prettier-ignore
const meanings: [Fields, Partial<ServiceSpec>][] = [
  [{ watch: true },                                   { watch: all }],
  [{ watch: [] },                                     { watch: all }],
  [{ watch: 'true' },                                 { watch: all }],
  [{ watch: 'my files' },                             { watch: { ...all, paths: ['my files'] } }],
  [{ watch: ['src', '~/lib/**'] },                    { watch: { ...all, paths: ['src', '/home/ann/lib/**'] } }],
  [{ watch: ['!dist'] },                              { watch: { ...all, paths: ['.', '!dist'] } }],
  [{ watch: true, watch_delay: '1s' },                { watch: { ...all, delayMs: 1_000 } }],
  [{ watch: true, ignore_watch: 'tmp' },              { watch: { ...all, ignore: ['tmp'] } }],
  [{ watch: true, ignore_watch: [] },                 { watch: { ...all, ignore: [] } }],
  [{ watch: true, watch_options: { usePolling: true, interval: '2s' } },
                                                      { watch: { ...all, options: { usePolling: true, interval: 2_000 } } }],
  [{ watch: true, watch_options: { ignored: 'tmp', cwd: 'src', persistent: true } },
                                                      { watch: { ...all, base: '/srv/src', ignore: ['tmp'] } }],
  [{ watch: true, cwd: '/home/ann', script: '/srv/app.js' },
                                                      { watch: { ...all, base: '/home/ann' } }],
  [{ cron: '0 4 * * *' },                             { cronRestart: { cron: '0 4 * * *', startsStopped: false } }],
  [{ cron_restart: '*/10 0 4 * * *', cron_timezone: 'Europe/Berlin', cron_starts_stopped: true },
                                                      { cronRestart: { cron: '*/10 0 4 * * *', timezone: 'Europe/Berlin', startsStopped: true } }],
  [{ max_memory_restart: '150M' },                    { maxMemoryBytes: 150 * 1024 ** 2 }],
  [{ schedule: '@daily' },                            { schedule: { ...job, cron: '@daily' } }],
  [{ schedule: { cron: '5 * * * *', timezone: 'UTC', overlap: 'queue', missed: 'run_once', timeout: '5m', keep: 3 } },
                                                      { schedule: { cron: '5 * * * *', timezone: 'UTC', overlap: 'queue', missed: 'run_once', timeoutMs: 300_000, keep: 3 } }],
]

test.each(meanings)('an app that says %j means %j', (said, meant) => {
  expect(serviceOf(said)).toMatchObject(meant)
})

// prettier-ignore
const nothing: Fields[] = [
  { watch: false }, { watch: 'false' }, { ignore_watch: 'tmp' }, { cron_restart: 0 }, { cron_restart: '0' },
  { cron_restart: false }, { cron_timezone: 'UTC' }, { max_memory_restart: 0 },
]

test.each(nothing)('an app that says %j is triggered by nothing', (said) => {
  const { watch, cronRestart, maxMemoryBytes, schedule } = serviceOf(said)

  expect([watch, cronRestart, maxMemoryBytes, schedule]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

const restartPattern = 'a pattern such as "0 4 * * *", or 0 for none'
const jobPattern = 'a pattern such as "0 4 * * *"'

// prettier-ignore
const mistakes: [Fields, string, string, unknown][] = [
  [{ cron_restart: '0 4 * *' },                  'cron_restart',                 restartPattern,                        '0 4 * *'],
  [{ cron: '61 * * * *' },                       'cron',                         restartPattern,                        '61 * * * *'],
  [{ cron: '0 0 31 2 *' },                       'cron',                         restartPattern,                        '0 0 31 2 *'],
  [{ cron: 'H 4 * * *' },                        'cron',                         restartPattern,                        'H 4 * * *'],
  [{ cron: '' },                                 'cron',                         restartPattern,                        ''],
  [{ cron_timezone: 'Mars/Phobos' },             'cron_timezone',                'a time zone such as "Europe/Berlin"', 'Mars/Phobos'],
  [{ watch: [3] },                               'watch',                        'true, false, a path or a list of paths', [3]],
  [{ ignore_watch: '' },                         'ignore_watch',                 'text or a list of texts such as ["src/**/*.ts"]', ''],
  [{ watch_options: 'poll' },                    'watch_options',                'an object of chokidar options',       'poll'],
  [{ watch_options: { usePoling: true } },       'watch_options.usePoling',      'the name "usePolling"',               true],
  [{ watch_options: { interval: 'often' } },     'watch_options.interval',       'milliseconds or a time such as "5s" of at least 1 ms', 'often'],
  [{ watch_options: { awaitWriteFinish: { x: 1 } } }, 'watch_options.awaitWriteFinish', 'true, false or an object such as {"stabilityThreshold": 2000}', { x: 1 }],
  [{ watch_delay: -1 },                          'watch_delay',                  'milliseconds or a time such as "5s"', -1],
  [{ schedule: {} },                             'schedule.cron',                jobPattern,                            undefined],
  [{ schedule: { cron: 'daily' } },              'schedule.cron',                jobPattern,                            'daily'],
  [{ schedule: { cron: '@daily', overlap: 'both' } }, 'schedule.overlap',        '"skip" or "queue" or "replace"',      'both'],
  [{ schedule: 'daily' },                        'schedule',                     'a pattern such as "0 4 * * *", or an object with one as cron', 'daily'],
]

test.each(mistakes)('an app that says %j is told of %s', (said, path, expected, got) => {
  expect(problemsOf({ script: 'app.js', ...said })).toEqual([{ path, expected, got }])
})
