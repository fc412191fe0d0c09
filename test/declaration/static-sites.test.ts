import { expect, test } from 'vitest'
import { declared, problemsOf, staticServer } from './given.ts'

test('each entry of static is a service that serves a directory', () => {
  const file = {
    apps: [{ script: 'app.js' }],
    static: [
      { name: 'docs', path: 'public', port: 3000, host: '127.0.0.1', spa: true, monitor: 'yes' },
      { directory: '.', ftp: true, basic_auth: { username: 'anna', password: 'hush' } },
    ],
  }

  const { services, warnings } = declared(file)

  expect(services.map(({ name, script }) => [name, script])).toEqual([
    ['app', '/srv/app.js'],
    ['docs', staticServer],
    ['static-page-server-8080', staticServer],
  ])
  expect(services.slice(1).map(({ env }) => env)).toEqual([
    {
      PM2_SERVE_PORT: '3000',
      PM2_SERVE_HOST: '127.0.0.1',
      PM2_SERVE_PATH: 'public',
      PM2_SERVE_SPA: 'true',
    },
    {
      PM2_SERVE_PORT: '8080',
      PM2_SERVE_PATH: '.',
      PM2_SERVE_FTP: 'true',
      PM2_SERVE_BASIC_AUTH: 'true',
      PM2_SERVE_BASIC_AUTH_USERNAME: 'anna',
      PM2_SERVE_BASIC_AUTH_PASSWORD: 'hush',
    },
  ])
  expect(warnings).toEqual([])
})

test('a file may declare static sites and nothing else, but not nothing', () => {
  expect(declared({ static: [{ port: 1 }] }).services).toHaveLength(1)
  expect(problemsOf({ static: [] })).toHaveLength(1)
})

test('all that is wrong with static sites is told at once, and no password', () => {
  const file = {
    static: [
      { port: 70_000, spa: 'perhaps', basic_auth: { username: 'anna' } },
      'public',
      { name: 'all', basic_auth: 'anna:hush' },
    ],
  }

  const problems = problemsOf(file)

  expect(problems.map(({ path }) => path).toSorted()).toEqual([
    'static[0].basic_auth.password',
    'static[0].port',
    'static[0].spa',
    'static[1]',
    'static[2].basic_auth',
    'static[2].name',
  ])
  expect(JSON.stringify(problems)).not.toContain('hush')
})

test('a setting that nobody knows is a warning with the nearest one', () => {
  expect(declared({ static: [{ poort: 3000 }] }).warnings).toEqual([
    'static[0].poort is not a known field: did you mean port?',
  ])
})
