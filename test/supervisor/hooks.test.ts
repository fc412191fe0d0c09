import { expect, test } from 'vitest'
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
