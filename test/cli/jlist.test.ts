import { expect, test } from 'vitest'
import type { InstanceState } from '../../src/protocol/views.ts'
import { commandLine, detailWith, hostWith, instanceWith, serviceWith, teaTime } from './given.ts'

interface Described {
  readonly pid: number
  readonly name: string
  readonly pm_id: number
  readonly monit: object
  readonly pm2_env: Readonly<Record<string, unknown>>
}

async function jlistOf(...answers: Parameters<typeof commandLine>) {
  const { out } = await commandLine(...answers).troupe('jlist')
  expect(out).not.toContain('\n')
  return JSON.parse(out) as Described[]
}

test('an instance has the shape that readers of PM2 know', async () => {
  const used = instanceWith({ cpuPercent: 3.14, memoryBytes: 48_000_000 })

  const [described] = await jlistOf({
    answers: { status: () => ({ host: hostWith(), instances: [used] }) },
  })

  expect(described).toMatchObject({
    pid: 41_216,
    name: 'worker',
    pm_id: 0,
    monit: { memory: 48_000_000, cpu: 3.1 },
    pm2_env: {
      name: 'worker',
      namespace: 'default',
      pm_exec_path: '/srv/worker.js',
      pm_cwd: '/srv',
      exec_interpreter: '/usr/bin/node',
      exec_mode: 'fork_mode',
      instances: 1,
      status: 'online',
      pm_uptime: teaTime.getTime() - 1_000,
      created_at: teaTime.getTime(),
      restart_time: 0,
      unstable_restarts: 0,
      version: 'N/A',
      pm_out_log_path: '/home/anna/.troupe/logs/worker-out.log',
      pm_err_log_path: '/home/anna/.troupe/logs/worker-error.log',
      pm_pid_path: '/home/anna/.troupe/pids/worker-0.pid',
      axm_monitor: {},
    },
  })
})

test('the environment of a service is not in it', async () => {
  const services = [serviceWith({ envNames: ['SECRET'] })]

  const [described] = await jlistOf({ answers: { describe: () => ({ services }) } })

  expect(described?.pm2_env['env']).toEqual({})
  expect(JSON.stringify(described)).not.toContain('SECRET')
})

test('what was declared is in it in the spelling of PM2, and what was not is left out', async () => {
  const { settings } = serviceWith()
  const services = [
    serviceWith({
      settings: {
        ...settings,
        instanceVar: 'SLOT',
        restartDelayMs: 10,
        expBackoffMs: 100,
        stopExitCodes: [3],
        shutdownWithMessage: true,
        treekill: false,
        maxMemoryBytes: 1_024,
        cronRestart: { cron: '0 4 * * *', startsStopped: false },
        watch: { base: '/srv', paths: ['.'], ignore: ['tmp'], delayMs: 100, options: {} },
      },
    }),
  ]

  const [said] = await jlistOf({ answers: { describe: () => ({ services }) } })
  const [unsaid] = await jlistOf()

  expect(said?.pm2_env).toMatchObject({
    instance_var: 'SLOT',
    SLOT: 0,
    restart_delay: 10,
    exp_backoff_restart_delay: 100,
    stop_exit_codes: [3],
    shutdown_with_message: true,
    treekill: false,
    max_memory_restart: 1_024,
    cron_restart: '0 4 * * *',
    watch: true,
    ignore_watch: ['tmp'],
    watch_delay: 100,
  })
  expect(unsaid?.pm2_env).toMatchObject({ watch: false, treekill: true, autostart: true })
  for (const name of ['cron_restart', 'max_memory_restart', 'restart_delay', 'ignore_watch']) {
    expect(unsaid?.pm2_env).not.toHaveProperty(name)
  }
})

test.each<[InstanceState, string]>([
  ['stopped', 'stopped'],
  ['spawning', 'launching'],
  ['starting', 'launching'],
  ['online', 'online'],
  ['adopting', 'online'],
  ['killing', 'stopping'],
  ['backoff', 'waiting restart'],
  ['errored', 'errored'],
])('%s is called %s, and uses something only online', async (state, status) => {
  const instances = [detailWith({ state, cpuPercent: 5 })]

  const [described] = await jlistOf({
    answers: {
      describe: () => ({ services: [serviceWith({ instances })] }),
      status: () => ({ host: hostWith(), instances }),
    },
  })

  expect(described?.pm2_env['status']).toBe(status)
  expect(described?.monit).toMatchObject({ cpu: state === 'online' ? 5 : 0 })
})

test('an instance that ended with a code shows it, one that was killed has none', async () => {
  const ended = (exit: { readonly code: number } | { readonly signal: 'SIGKILL' }) => ({
    at: 0,
    slot: 0,
    exit,
    class: 'failure' as const,
    uptimeMs: 1,
    observedLate: false,
    lastLogLines: [],
  })
  const instances = [
    detailWith({ id: 1, slot: 1, lastExit: ended({ signal: 'SIGKILL' }) }),
    detailWith({ id: 0, slot: 0, lastExit: ended({ code: 3 }) }),
  ]

  const described = await jlistOf({
    answers: { describe: () => ({ services: [serviceWith({ instances })] }) },
  })

  expect(described.map(({ pm2_env }) => pm2_env['exit_code'])).toEqual([3, undefined])
})

test('a manager without services, and no manager at all, have an empty list', async () => {
  const empty = { status: () => ({ host: hostWith(), instances: [] }) }

  expect(await jlistOf({ answers: empty })).toEqual([])
  expect(await jlistOf({ isRunning: false })).toEqual([])
})
