import { expect, test } from 'vitest'
import { Scene, slotsOf } from './scene.ts'

// How long whoever asks for something is kept waiting.

test('a start is waited for as long as listen_timeout and those before it may take', async () => {
  const scene = new Scene()
  const slow = { wait_ready: true, listen_timeout: 180_000 }
  await scene.add(slotsOf('db', slow, 'down'))
  await scene.add(slotsOf('api', { ...slow, depends_on: ['db'] }, 'down'))
  const trouble: unknown[] = []
  for (const name of ['db', 'api']) {
    scene.supervision.act(name, 'start', {}).catch((thrown: unknown) => trouble.push(thrown))
  }
  await scene.settle()
  const db = await scene.born()

  await scene.passes(170_000)
  db.say({ kind: 'ready' })
  await scene.settle()
  const api = await scene.born()
  await scene.passes(170_000)
  api.say({ kind: 'ready' })
  await scene.settle()

  expect(trouble).toEqual([])
  expect(scene.view('api').state).toBe('online')
})

test('a stop that comes while a service moves to another group is done, and holds', async () => {
  const scene = new Scene()
  const [process] = await scene.online(slotsOf('api', { namespace: 'a' }))

  void scene.supervision.redeclare(slotsOf('api', { namespace: 'b' }))
  const stopped = scene.supervision.act('api', 'stop', {})
  await scene.settle()
  expect(process?.signals).toEqual(['SIGINT'])
  await scene.ends(process, 0)

  expect(await stopped).toMatchObject([{ state: 'stopped', desired: 'down' }])
})

test('a service that is deleted has the grace that was asked for', async () => {
  const scene = new Scene()
  const [process] = await scene.online(slotsOf('api', { kill_timeout: 60_000 }))

  void scene.supervision.remove('api', { graceMs: 100 })
  await scene.passes(100)

  expect(process?.signals).toEqual(['SIGINT', 'SIGKILL'])
})
