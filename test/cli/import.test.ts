import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { importDump } from '../../src/pm2/from-pm2/dump.ts'
import { commandLine } from './given.ts'

const around = { pm2Home: '/home/anna/.pm2', shell: { EDITOR: 'vi', REGION: 'eu' } }

/** What PM2 keeps of a plain fork app, as its documentation and its files show it. */
function kept(given: Readonly<Record<string, unknown>> = {}) {
  return {
    name: 'api',
    namespace: 'default',
    filter_env: [],
    args: [],
    node_args: [],
    merge_logs: true,
    vizion: true,
    autostart: true,
    autorestart: true,
    watch: false,
    instance_var: 'NODE_APP_INSTANCE',
    pmx: true,
    automation: true,
    treekill: true,
    username: 'anna',
    windowsHide: true,
    kill_retry_time: 100,
    pm_exec_path: '/srv/api.js',
    pm_cwd: '/srv',
    exec_interpreter: 'node',
    exec_mode: 'fork_mode',
    pm_out_log_path: '/home/anna/.pm2/logs/api-out.log',
    pm_err_log_path: '/home/anna/.pm2/logs/api-error.log',
    pm_pid_path: '/home/anna/.pm2/pids/api-0.pid',
    km_link: false,
    vizion_running: false,
    NODE_APP_INSTANCE: 0,
    env: {},
    status: 'online',
    pm_uptime: 1,
    created_at: 1,
    axm_actions: [],
    axm_monitor: {},
    axm_options: {},
    axm_dynamic: {},
    restart_time: 3,
    unstable_restarts: 0,
    version: '1.0.0',
    node_version: '20.20.2',
    unique_id: 'f00',
    ...given,
  }
}

const bare = { name: 'api', script: '/srv/api.js', cwd: '/srv' }

test('of a plain app nothing is written down but what it is', () => {
  expect(importDump([kept()], around).apps).toEqual([bare])
})

test.each([
  [
    'options that somebody gave',
    { kill_timeout: 5_000, max_restarts: 3, cron_restart: '0 4 * * *' },
    { kill_timeout: 5_000, max_restarts: 3, cron_restart: '0 4 * * *' },
  ],
  ['no restarts', { autorestart: false }, { autorestart: false }],
  ['arguments', { args: ['--port', 3000] }, { args: ['--port', 3000] }],
  [
    'another interpreter',
    { exec_interpreter: '/opt/node18/bin/node' },
    { interpreter: '/opt/node18/bin/node' },
  ],
  ['a namespace', { namespace: 'shop' }, { namespace: 'shop' }],
  [
    'a log of its own, without the number of its process',
    { pm_out_log_path: '/var/log/api-out-3.log' },
    { out_file: '/var/log/api-out.log' },
  ],
  ['a process that was stopped', { status: 'stopped' }, { autostart: false }],
  [
    'one worker of a cluster',
    { exec_mode: 'cluster_mode', merge_logs: undefined },
    { exec_mode: 'cluster', instances: 1 },
  ],
])('kept: %s', (_, given, expected) => {
  expect(importDump([kept(given)], around).apps).toEqual([{ ...bare, ...expected }])
})

test('a line for a shell is a line again', () => {
  const line = kept({
    pm_exec_path: '/usr/bin/bash',
    args: ['-c', 'npm run dev'],
    exec_interpreter: 'none',
  })

  expect(importDump([line], around).apps).toEqual([{ ...bare, script: 'npm run dev' }])
})

test('processes of one service are its instances, and a stranger of the same name gets a number', () => {
  const strange = kept({ pm_exec_path: '/srv/other.js' })

  const { apps, notes } = importDump([kept(), strange, kept({ status: 'stopped' })], around)

  expect(apps).toEqual([
    { ...bare, exec_mode: 'fork', instances: 2, merge_logs: true },
    { ...bare, name: 'api-2', script: '/srv/other.js' },
  ])
  expect(notes).toContain('api-2: another app was called api, and here names are unique')
})

test('of its variables a service keeps those that no shell and no PM2 gave', () => {
  const env = {
    PORT: 3000,
    DB_PASSWORD: 'sesame',
    REGION: 'eu',
    EDITOR: 'emacs',
    HOME: '/home/anna',
    PATH: '/usr/bin',
    SSH_TTY: '/dev/pts/0',
    npm_config_user_agent: 'npm',
    PM2_HOME: '/home/anna/.pm2',
    pm_id: 0,
    unique_id: 'f00',
    api: '{"module":"settings"}',
    io: { conf: 1 },
  }

  const { apps, notes } = importDump([kept({ env, PORT: 3000 })], around)

  expect(apps).toEqual([{ ...bare, env: { PORT: 3000, DB_PASSWORD: 'sesame' } }])
  expect(notes).toContain(
    'variables of the shell are left out, the one that starts gives its own: EDITOR, HOME, PATH, REGION, SSH_TTY, npm_config_user_agent',
  )
})

function givenHome() {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-import-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'api.js'), '')
  const here = {
    pm_exec_path: join(dir, 'api.js'),
    pm_cwd: dir,
    pm_out_log_path: join(dir, 'logs', 'api-out.log'),
    pm_err_log_path: join(dir, 'logs', 'api-error.log'),
  }
  const put = (name: string, content: unknown): void =>
    writeFileSync(join(dir, name), JSON.stringify(content))
  return { dir, here, put, ...commandLine({ cwd: dir, env: { PM2_HOME: dir }, isRunning: false }) }
}

test('import shows what there is, what will differ and what to do next; it writes and starts nothing', async () => {
  const { put, here, troupe } = givenHome()
  put('dump.pm2', [kept({ ...here, env: { DB_PASSWORD: 'sesame' }, listen_timeout: 1 })])

  const { code, out, err, starts } = await troupe('import')

  expect({ code, err, starts }).toEqual({ code: 0, err: '', starts: 0 })
  expect(out).toMatch(
    /dump\.pm2: 1 service\n {2}name\s+instances\s+mode\s+script\n {2}api\s+1\s+fork/,
  )
  expect(out).toMatch(/what differs:\n {2}logs are written to logs\/ in the home of Troupe/)
  expect(out).toMatch(/troupe import --write processes\.json\n$/)
  expect(out).not.toContain('sesame')
})

test('--write makes a file that only its owner can read, and that means the same', async () => {
  const { dir, put, here, troupe } = givenHome()
  put('dump.pm2', [kept({ ...here, env: { PORT: '1' } })])

  const { code, out } = await troupe('import', '--write', 'new.json')

  expect(code).toBe(0)
  expect(out).toContain(`stop PM2's with pm2 delete all, and here: troupe start new.json`)
  expect(JSON.parse(readFileSync(join(dir, 'new.json'), 'utf8'))).toEqual({
    apps: [{ name: 'api', script: join(dir, 'api.js'), cwd: dir, env: { PORT: '1' } }],
  })
  expect(statSync(join(dir, 'new.json')).mode & 0o777).toBe(0o600)
})

test('--write leaves alone what is there', async () => {
  const { dir, put, here, troupe } = givenHome()
  put('dump.pm2', [kept(here)])
  put('mine.json', 'precious')

  const { code, err } = await troupe('import', '--write', 'mine.json')

  expect(code).toBe(1)
  expect(err).toContain('mine.json is there already, and is left as it is')
  expect(readFileSync(join(dir, 'mine.json'), 'utf8')).toBe('"precious"')
})

test('a script that is gone is said, and does not keep the rest from being written', async () => {
  const { dir, put, here, troupe } = givenHome()
  const gone = kept({ ...here, name: 'gone', pm_exec_path: join(dir, 'gone.js') })
  put('dump.pm2', [kept(here), gone])

  const { code, err } = await troupe('import', '--write', 'new.json')

  expect(code).toBe(1)
  expect(err).toContain('gone.js')
  expect(readFileSync(join(dir, 'new.json'), 'utf8')).toContain('"gone"')
})

test('a declaration is read too: fields get their own names, and what means nothing here goes', async () => {
  const { dir, put, troupe } = givenHome()
  const env = { env_production: { A: 1 } }
  put('ecosystem.json', [{ name: 'api', exec: 'api.js', maxRestarts: 3, pmx: false, ...env }])

  await troupe('import', 'ecosystem.json', '--write', 'new.json')

  expect(JSON.parse(readFileSync(join(dir, 'new.json'), 'utf8'))).toEqual({
    apps: [{ name: 'api', script: 'api.js', max_restarts: 3, cwd: dir, ...env }],
  })
})

test.each([
  ['there is no dump', undefined, 'there is no such file'],
  ['the dump is empty', [], 'holds no process of PM2'],
])('where %s it says what to do', async (_, content, expected) => {
  const { put, troupe } = givenHome()
  if (content !== undefined) put('dump.pm2', content)

  const { code, err } = await troupe('import')

  expect(code).toBe(1)
  expect(err).toContain(expected)
  expect(err).toContain('pm2 save')
})

test('programs get the apps and the differences', async () => {
  const { dir, put, here, troupe } = givenHome()
  put('dump.pm2', [kept(here)])

  const { out } = await troupe('import', '--json')

  expect(JSON.parse(out)).toMatchObject({
    from: join(dir, 'dump.pm2'),
    apps: [{ name: 'api' }],
    notes: expect.arrayContaining([expect.stringContaining('unstable exit')]),
  })
})
