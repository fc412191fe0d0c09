import { expect, test } from 'vitest'
import { liveOn, ready, reloading } from './reloading.ts'
import { Scene, slotsOf } from './scene.ts'

test('a process is spawned once pre_start has ended well', async () => {
  const scene = new Scene()
  const [process] = await scene.online(slotsOf('api', { hooks: { pre_start: 'migrate' } }))

  expect(process).toBeDefined()
  expect(scene.looks).toMatchObject([{ argv: ['/bin/sh', '-c', 'migrate'], hook: 'pre_start' }])
})

test('where pre_start fails nothing is spawned, and the policy decides what follows', async () => {
  const scene = new Scene()
  scene.isWell = false
  const hooks = { pre_start: 'migrate' }
  await scene.add(slotsOf('api', { hooks, max_restarts: 2 }))

  await scene.passes(60_000)

  expect(scene.host.processes).toEqual([])
  expect(scene.view('api')).toMatchObject({
    state: 'errored',
    why: expect.stringContaining('pre_start failed: exec failed'),
  })
  expect(scene.told('instance.start_failed')).toHaveLength(2)
})

test('a launch is given up when its manager goes while pre_start runs', async () => {
  const scene = new Scene()
  const end = scene.holdLook()
  await scene.add(slotsOf('api', { hooks: { pre_start: 'migrate' } }))

  await scene.supervision.close()
  end()
  await scene.settle()

  expect(scene.host.abandoned).toEqual(['id-api.0.1'])
})

test('with on_failure "continue" a failing pre_start is only told', async () => {
  const scene = new Scene()
  scene.sights.push('exec cannot')
  const hooks = { pre_start: { command: 'migrate', on_failure: 'continue' } }

  await scene.online(slotsOf('api', { hooks }))

  expect(scene.view('api').state).toBe('online')
  const [failed] = scene.events.filter(({ type }) => type === 'instance.hook_failed')
  expect(failed?.data).toEqual({ hook: 'pre_start', why: 'exec cannot' })
})

test('post_ready, pre_stop and post_stop run at their steps, and their failures stop nothing', async () => {
  const scene = new Scene()
  scene.isWell = false
  const hooks = { post_ready: 'a', pre_stop: 'b', post_stop: 'c' }
  const [process] = await scene.online(slotsOf('api', { hooks }))

  const stopped = scene.supervision.act('api', 'stop', {})
  await scene.passes(0)
  expect(process?.signals).toEqual(['SIGINT'])
  if (process !== undefined) await scene.ends(process, 0)
  await stopped

  expect(scene.looks.map(({ hook }) => hook)).toEqual(['post_ready', 'pre_stop', 'post_stop'])
  expect(scene.looks.at(-1)?.env).toMatchObject({ TROUPE_EXIT_CODE: '0' })
  expect(scene.view('api').state).toBe('stopped')
  expect(scene.told('instance.hook_failed')).toHaveLength(3)
})

test('kill_timeout begins when pre_stop is over', async () => {
  const scene = new Scene()
  const hooks = { pre_stop: { command: 'slow', timeout: '10s' } }
  const [process] = await scene.online(slotsOf('api', { hooks, kill_timeout: 1_000 }))
  const end = scene.holdLook()

  void scene.supervision.act('api', 'stop', {})
  await scene.passes(5_000)
  expect(process?.signals).toEqual([])
  end()
  await scene.passes(999)
  expect(process?.signals).toEqual(['SIGINT'])
  await scene.passes(1)

  expect(process?.signals).toEqual(['SIGINT', 'SIGKILL'])
})

test('a crash runs post_stop alone, and the next process waits for it', async () => {
  const scene = new Scene()
  const hooks = { pre_stop: 'b', post_stop: 'c' }
  const [process] = await scene.online(slotsOf('api', { hooks }))
  const end = scene.holdLook()

  if (process !== undefined) await scene.ends(process, 1)
  await scene.passes(1_000)
  expect(scene.host.processes).toHaveLength(1)
  end()
  await scene.passes(1_000)

  expect(scene.looks.map(({ hook }) => hook)).toEqual(['post_stop'])
  expect(scene.host.processes).toHaveLength(2)
})

test('whoever asked for the end waits for post_stop, and a delete does not cut it', async () => {
  const scene = new Scene()
  const [process] = await scene.online(slotsOf('api', { hooks: { post_stop: 'c' } }))
  const end = scene.holdLook()
  let isGone = false

  void scene.supervision.remove('api', {}).then(() => (isGone = true))
  await scene.ends(process, 0)
  await scene.passes(1_000)
  expect(isGone).toBe(false)
  end()
  await scene.passes(0)

  expect(isGone).toBe(true)
})

test('commands that wait for a service do not keep it from starting', async () => {
  const scene = new Scene()
  scene.holdLook()
  const hooks = { pre_start: 'until nc -z db 5432; do sleep 1; done' }
  for (const name of ['a', 'b', 'c', 'd']) {
    // oxlint-disable-next-line no-await-in-loop
    await scene.add(slotsOf(name, { hooks }))
  }

  await scene.add(slotsOf('db'))
  await scene.passes(1_000)

  expect(scene.host.processes.map(({ record }) => record.service)).toEqual(['db'])
})

test('hooks carry the cookie of their launch, and those of a living process its pid', async () => {
  const scene = new Scene()
  const hooks = { pre_start: 'a', post_ready: 'b', pre_stop: 'c', post_stop: 'd' }
  const [process] = await scene.online(slotsOf('api', { hooks }))
  void scene.supervision.act('api', 'stop', {})
  await scene.settle()
  await scene.ends(process, 0)

  const pid = String(process?.main?.pid)
  expect(scene.looks.map(({ hook, env }) => [hook, env['TROUPE_PID']])).toEqual([
    ['pre_start', undefined],
    ['post_ready', pid],
    ['pre_stop', pid],
    ['post_stop', undefined],
  ])
  const cookies = new Set(scene.looks.map(({ env }) => env['TROUPE_COOKIE']))
  expect([...cookies]).toEqual([process?.record.cookie])
})

test('hooks that are declared anew run at the next step', async () => {
  const scene = new Scene()
  await scene.online(slotsOf('api', { hooks: { pre_stop: 'before' } }))

  await scene.supervision.redeclare(slotsOf('api', { hooks: { pre_stop: 'after' } }))
  await scene.settle()
  void scene.supervision.act('api', 'stop', {})
  await scene.settle()

  expect(scene.looks.map(({ argv }) => argv.at(-1))).toEqual(['after'])
})

const one = { exec_mode: 'cluster', instances: 1 }

test('of a reload, the old process stays until post_ready of the new one is over', async () => {
  const web = slotsOf('web', { ...one, hooks: { post_ready: 'tell the balancer' } })
  const on = await reloading(undefined, web)
  const end = on.scene.holdLook()
  await ready(on.scene)

  await on.scene.passes(5_000)
  expect(on.old[0]?.told).toEqual([])
  end()
  await liveOn(on.scene)

  expect(on.outcome).toMatchObject({ kind: 'completed', replaced: 1 })
})

test('pre_stop takes nothing from the time to drain, and adds nothing', async () => {
  const web = slotsOf('web', { ...one, drain_timeout: 2_000, hooks: { pre_stop: 'x' } })
  const { scene, old } = await reloading(undefined, web)
  await ready(scene)
  const end = scene.holdLook()
  await scene.passes(1_100)
  await scene.passes(9_000)
  expect(old[0]?.told).toEqual([])
  end()

  await scene.passes(2_499)
  expect(old[0]?.told).toMatchObject([{ kind: 'drain', deadlineMs: 2_000 }])
  expect(old[0]?.signals).toEqual([])
  await scene.passes(1)

  expect(old[0]?.signals).toEqual(['SIGINT'])
})

test('post_stop is left to the next manager when this one goes while the end is looked into', async () => {
  const scene = new Scene()
  const [process] = await scene.online(slotsOf('api', { hooks: { post_stop: 'tidy' } }))
  const end = scene.host.holdSweeps()
  if (process !== undefined) await scene.ends(process, 0)

  await scene.supervision.close()
  end()
  await scene.settle()

  expect(scene.looks).toEqual([])
})

test('a longer grace that is asked for in a drain is not cut short by pre_stop', async () => {
  const scene = new Scene()
  const fields = { kill_timeout: 1_000, hooks: { pre_stop: 'deregister' } }
  const [, leaving] = await scene.online(slotsOf('api', { ...fields, instances: 2 }))
  await scene.supervision.redeclare(slotsOf('api', { ...fields, instances: 1 }))
  await scene.passes(10)
  expect(scene.view('api', 1).state).toBe('draining')

  void scene.supervision.remove('api', { graceMs: 60_000 }).catch(() => {})
  await scene.passes(10)
  await scene.passes(5_000)

  expect(leaving?.signals).toEqual(['SIGINT'])
})
