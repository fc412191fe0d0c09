import { describe, expect, test } from 'vitest'
import { Scene, slotsOf } from './scene.ts'

describe('a service that is declared anew', () => {
  test('with fewer slots and in another group leaves nobody behind', async () => {
    const scene = new Scene()
    const [first, second] = await scene.online(slotsOf('api', { instances: 2 }))

    const moved = scene.supervision.redeclare(
      slotsOf('api', { instances: 1, namespace: 'elsewhere' }),
    )
    await scene.settle()
    await scene.ends(second, 0)
    await moved
    await scene.settle()

    expect(scene.board.of('api').map(({ slot, state }) => [slot, state])).toEqual([[0, 'online']])
    expect(first?.signals).toEqual([])
  })

  test('while a slot that it lost is still stopping can be deleted with all it has', async () => {
    const scene = new Scene()
    const [first, second] = await scene.online(slotsOf('api', { instances: 2 }))
    await scene.supervision.redeclare(slotsOf('api', { instances: 1 }))
    await scene.settle()

    let isDeleted = false
    void scene.supervision.remove('api', {}).then(() => (isDeleted = true))
    await scene.settle()
    await scene.ends(first, 0)
    expect(isDeleted).toBe(false)
    await scene.ends(second, 0)

    expect(isDeleted).toBe(true)
  })

  test('with fewer slots lets the last ones finish and forgets them', async () => {
    const scene = new Scene()
    const [first, second] = await scene.online(slotsOf('api', { instances: 2 }))

    await scene.supervision.redeclare(slotsOf('api', { instances: 1 }))
    await scene.settle()
    expect(second?.told).toMatchObject([{ kind: 'drain', signal: 'SIGINT' }])
    await scene.ends(second, 0)

    expect(scene.board.of('api').map(({ slot }) => slot)).toEqual([0])
    expect([first?.told, second?.signals]).toEqual([[], []])
    expect(first?.signals).toEqual([])
  })

  test('with fewer slots and a restart at once does not revive the slot that goes', async () => {
    const scene = new Scene()
    const [first, second] = await scene.online(slotsOf('api', { instances: 2 }))

    await scene.supervision.redeclare(slotsOf('api', { instances: 1 }))
    void scene.supervision.act('api', 'restart', {})
    await scene.settle()
    await scene.ends(first, 0)
    await scene.ends(second, 0)

    expect(scene.host.orders.map(({ slot }) => slot)).toEqual([0, 1, 0])
    expect(scene.board.of('api').map(({ slot }) => slot)).toEqual([0])
  })

  test('with another namespace moves to that group without touching the process', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { namespace: 'old' }))

    await scene.supervision.redeclare(slotsOf('api', { namespace: 'new' }))
    await scene.settle()

    expect(process?.signals).toEqual([])
    expect(scene.view('api')).toMatchObject({ state: 'online', namespace: 'new' })
    void scene.supervision.act('api', 'stop', {})
    await scene.settle()
    expect(process?.signals).toEqual(['SIGINT'])
  })

  test('with more slots starts the new ones alone', async () => {
    const scene = new Scene()
    await scene.online(slotsOf('api', { instances: 1 }))

    await scene.supervision.redeclare(slotsOf('api', { instances: 3 }))
    await scene.settle()

    expect(scene.host.orders.map(({ slot }) => slot)).toEqual([0, 1, 2])
  })

  test('with another environment gives it to the next launch, not to the one that runs', async () => {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { env: { COLOUR: 'red' } }))

    await scene.supervision.redeclare(slotsOf('api', { env: { COLOUR: 'blue' } }))
    await scene.settle()
    expect(process?.signals).toEqual([])
    void scene.supervision.act('api', 'restart', {})
    await scene.settle()
    await scene.ends(process, 0)

    expect(scene.host.orders.map(({ env }) => env['COLOUR'])).toEqual(['red', 'blue'])
  })
})
