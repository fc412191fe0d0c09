import { expect, test } from 'vitest'
import { launchOrder, ownNames } from '../../src/supervisor/launch-order.ts'
import type { LaunchOrder } from '../../src/process/host.ts'
import { around, slotsOf } from './scene.ts'

type Fields = Readonly<Record<string, unknown>>

/** What would be launched for an app in a shell with these variables. */
function orderOf(fields: Fields, inherited: Record<string, string> = {}, slot = 0): LaunchOrder {
  const found = slotsOf('web', fields)[slot]
  if (found === undefined) throw new Error(`there is no slot ${slot}`)
  const seated = { seat: String(slot), role: 'current', isListenerAwaited: false } as const
  return launchOrder({ ...found, ...seated, inherited }, 1, around)
}

const shell = { PATH: '/bin', HOME: '/root', LC_ALL: 'C', AWS_KEY: 'k', MY_AWS_ID: 'i', TOKEN: 't' }

// prettier-ignore
const filters: [unknown, string[]][] = [
  [undefined,           ['PATH', 'HOME', 'LC_ALL', 'AWS_KEY', 'MY_AWS_ID', 'TOKEN']],
  [false,               ['PATH', 'HOME', 'LC_ALL', 'AWS_KEY', 'MY_AWS_ID', 'TOKEN']],
  ['AWS',               ['PATH', 'HOME', 'LC_ALL', 'AWS_KEY', 'MY_AWS_ID', 'TOKEN']],
  ['TOKEN',             ['PATH', 'HOME', 'LC_ALL', 'AWS_KEY', 'MY_AWS_ID']],
  [['AWS'],             ['PATH', 'HOME', 'LC_ALL', 'TOKEN']],
  [['AWS_', 'TOK'],     ['PATH', 'HOME', 'LC_ALL']],
  [true,                ['PATH', 'HOME', 'LC_ALL']],
]

test.each(filters)('of the variables of the shell filter_env: %j leaves %j', (said, left) => {
  const { env } = orderOf({ filter_env: said }, shell)

  expect(Object.keys(env).filter((name) => name in shell)).toEqual(left)
})

test('every variable of a process is declared, from a shell, or one of ours, and of one origin', () => {
  const fields = {
    env: { KEY: 'k', PWD: '/declared' },
    instance_var: 'NUMBER',
    increment_var: 'PORT',
  }
  const [slot] = slotsOf('web', fields)
  const { env } = orderOf(fields, { LANG: 'C' })

  const ours = slot === undefined ? [] : ownNames(slot.spec)

  expect(ours).toEqual(expect.arrayContaining(['PWD', 'NUMBER', 'PORT', 'TROUPE_SERVICE']))
  expect(new Set(Object.keys(env))).toEqual(new Set(['KEY', 'LANG', ...ours]))
})

test('what a service declares itself is not filtered', () => {
  const { env } = orderOf({ filter_env: true, env: { TOKEN: 'own' } }, shell)

  expect(env).toMatchObject({ TOKEN: 'own', TROUPE_SERVICE: 'web', NODE_APP_INSTANCE: '0' })
})

test('a variable that is to be counted on is one more in each instance', () => {
  const fields = { instances: 3, exec_mode: 'fork', port: 3000, increment_var: 'PORT' }

  expect([0, 1, 2].map((slot) => orderOf(fields, { PORT: '80' }, slot).env['PORT'])).toEqual([
    '3000',
    '3001',
    '3002',
  ])
})

test('whoever runs a service is found in its environment, unless that says otherwise', () => {
  const own = { HOME: '/root', USER: 'root', LOGNAME: 'root' }
  const order = orderOf({ uid: 'ann', env: { LOGNAME: 'www' } }, own)

  expect(order.user).toEqual({ uid: 1_000, gid: 100 })
  expect(order.env).toMatchObject({ HOME: '/home/ann', USER: 'ann', LOGNAME: 'www' })
})

test('a group alone changes nobody', () => {
  const order = orderOf({ gid: 'www' }, { HOME: '/root' })

  expect(order.user).toEqual({ gid: 33 })
  expect(order.env['HOME']).toBe('/root')
})

// prettier-ignore
const inputs: [Fields, boolean][] = [
  [{},                                              true],
  [{ stdin: 'null' },                               false],
  [{ schedule: '0 3 * * *' },                       false],
  [{ schedule: '0 3 * * *', stdin: 'pipe' },        true],
  [{ cron_restart: '0 3 * * *' },                   true],
  [{ exec_mode: 'cluster', stdin: 'pipe' },         false],
  [{ reload: 'primary' },                           false],
]

test.each(inputs)('%j can be written to: %j', (fields, hasStdin) => {
  expect(orderOf(fields).hasStdin === true).toBe(hasStdin)
})

test('what a service writes is stamped by its agent, with the id and the name of PM2', () => {
  expect(orderOf({ log_type: 'json' })).toMatchObject({
    agent: true,
    stamp: { kind: 'json', app: 'web', id: 0 },
  })
  expect(orderOf({ log_date_format: '[x]' })).toMatchObject({
    agent: true,
    stamp: { kind: 'text', format: [{ text: 'x' }] },
  })
  expect(orderOf({})).not.toHaveProperty('stamp')
})

// prettier-ignore
const logs: [Fields, string, string][] = [
  [{},                                            '/h/logs/web-out.log', '/h/logs/web-error.log'],
  [{ log_file: true },                            '/h/logs/web.log',     '/h/logs/web.log'],
  [{ log_file: true, out_file: '/o.log' },        '/o.log',              '/h/logs/web.log'],
  [{ log_file: '/a.log' },                        '/a.log',              '/a.log'],
  [{ log_file: '/a.log', ...twoForks() },         '/a-1.log',            '/a-1.log'],
  [{ log_file: true, ...twoForks() },             '/h/logs/web-1.log',   '/h/logs/web-1.log'],
]

test.each(logs)('with %j output goes to %s and errors to %s', (fields, out, error) => {
  const { files } = orderOf(fields, {}, 'instances' in fields ? 1 : 0)

  expect(files).toMatchObject({ out, error })
})

function twoForks(): Fields {
  return { instances: 2, exec_mode: 'fork' }
}

const hopeless = [78, 126, 127]

test.each([
  ['always', [3, ...hopeless]],
  ['on-failure', [0, 3, ...hopeless]],
  ['on-abnormal', 'all'],
  ['never', 'all'],
])('with restart %j a primary alone lets %j rest', (restart, restCodes) => {
  const order = orderOf({ exec_mode: 'cluster', restart, stop_exit_codes: [3] })

  expect(order.cluster?.autonomy?.restCodes).toEqual(restCodes)
})
