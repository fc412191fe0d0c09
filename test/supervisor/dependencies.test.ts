import { describe, expect, test } from 'vitest'
import { Scene, slotsOf } from './scene.ts'

const db = slotsOf('db')
const api = slotsOf('api', { depends_on: ['db'] })

const launched = ({ host }: Scene): readonly string[] => host.orders.map(({ service }) => service)

describe('a service that waits for another', () => {
  test('starts once that is ready, and says what it waits for until then', async () => {
    const scene = new Scene()

    await scene.add(api, db)
    expect(launched(scene)).toEqual(['db'])
    expect(scene.view('api')).toMatchObject({
      state: 'waiting',
      why: 'waits for db to be ready: it is starting',
    })
    await scene.born()

    expect(launched(scene)).toEqual(['db', 'api'])
  })

  test.each([
    ['started', { db: 'started' }],
    ['ready', { db: { condition: 'service_healthy' } }],
  ])('until it is %s waits for all of its instances', async (_, depends_on) => {
    const scene = new Scene()
    await scene.add(slotsOf('api', { depends_on }), slotsOf('db', { instances: 2 }))

    scene.host.processes[0]?.started()
    await scene.settle()
    expect(launched(scene)).toEqual(['db', 'db'])
    scene.host.processes[1]?.started()
    await scene.settle()

    expect(launched(scene)).toEqual(['db', 'db', 'api'])
  })

  test.each([
    [0, ['migration', 'api']],
    [1, ['migration']],
  ])(
    'until it has completed starts when it ended with 0, and it ended with %i',
    async (code, starts) => {
      const scene = new Scene()
      const migration = slotsOf('migration', { autorestart: false })
      await scene.add(migration, slotsOf('api', { depends_on: { migration: 'completed' } }))

      await scene.ends(await scene.born(), code)

      expect(launched(scene)).toEqual(starts)
    },
  )

  test('for one that was given up is answered for at once, however often it is asked', async () => {
    const scene = new Scene()
    const lost = slotsOf('db', { max_restarts: 0 })
    await scene.add(lost)
    await scene.ends(await scene.born())
    expect(scene.view('db').state).toBe('errored')
    await scene.add(slotsOf('api', { depends_on: ['db'], autostart: false }))

    const [started] = await scene.supervision.act('api', 'start', {})
    const [restarted] = await scene.supervision.act('api', 'restart', {})

    const why = 'waits for db to be ready: it is errored'
    expect(started).toMatchObject({ state: 'waiting', why })
    expect(restarted).toMatchObject({ state: 'waiting', why })
  })

  test('after a crash waits again, if that one is down meanwhile', async () => {
    const scene = new Scene()
    const [first] = await scene.online(db)
    const [second] = await scene.online(api)
    void scene.supervision.act('db', 'stop', {})
    await scene.settle()
    await scene.ends(first, 0)

    await scene.ends(second, 1)
    await scene.passes(10_000)

    expect(scene.view('api')).toMatchObject({ state: 'waiting' })
    expect(launched(scene)).toEqual(['db', 'api'])
  })

  test('does not keep whoever starts it waiting for what nobody wants', async () => {
    const scene = new Scene()
    await scene.add(slotsOf('db', {}, 'down'), slotsOf('api', { depends_on: ['db'] }, 'down'))

    const [view] = await scene.supervision.act('api', 'start', {})

    expect(view).toMatchObject({ state: 'waiting', why: 'waits for db to be ready: it is stopped' })
    void scene.supervision.act('api', 'stop', {})
    await scene.settle()
    expect(scene.view('api').state).toBe('stopped')
  })
})
