import { describe, expect, test } from 'vitest'
import { Scene, slotsOf } from './scene.ts'

describe('a service whose process cannot be killed', () => {
  async function given() {
    const scene = new Scene()
    const [process] = await scene.online(slotsOf('api', { kill_timeout: 100 }))
    if (process === undefined) throw new Error('nothing was spawned')
    return { scene, process }
  }

  test('is not deleted: nobody else would know of the process', async () => {
    const { scene, process } = await given()

    const deleted = scene.supervision.remove('api', {})
    const refusal = deleted.catch((thrown: unknown) => String(thrown))
    await scene.passes(100)
    await scene.passes(5_000)
    expect(await refusal).toContain(`pid ${process.main?.pid}`)

    expect(scene.view('api')).toMatchObject({ state: 'stuck' })
    expect(scene.events.findLast(({ type }) => type === 'instance.stuck')).toMatchObject({
      data: { survivors: [{ pid: process.main?.pid }] },
    })
    process.exit({ signal: 'SIGKILL' }, scene.clock.date())
    await scene.settle()
    await scene.supervision.remove('api', {})
    expect(scene.board.of('api')).toEqual([])
  })

  test('is named with whatever the sweep after SIGKILL left', async () => {
    const { scene } = await given()
    scene.host.survivors = [{ pid: 9, state: 'D', command: 'dd' }]

    void scene.supervision.act('api', 'stop', {})
    await scene.passes(100)
    await scene.passes(5_000)

    const stuck = scene.events.findLast(({ type }) => type === 'instance.stuck')
    expect(stuck?.data).toEqual({ survivors: [{ pid: 9, state: 'D' }] })
  })

  test('is named with its guard where nobody knows the process itself', async () => {
    const scene = new Scene()
    await scene.add(slotsOf('api'))

    await scene.passes(5_000)
    await scene.passes(5_000)

    const stuck = scene.events.findLast(({ type }) => type === 'instance.stuck')
    const { guardPid } = scene.host.latest
    expect(stuck?.data).toEqual({ survivors: [{ pid: guardPid, state: '?' }] })
  })

  test('has its end told although a sweep found it gone first', async () => {
    const { scene, process } = await given()
    void scene.supervision.act('api', 'restart', {}).catch(() => {})
    await scene.passes(100)
    await scene.passes(5_000)
    await scene.passes(5_000)

    expect(scene.host.processes).toHaveLength(1)
    process.exit({ signal: 'SIGKILL' }, scene.clock.date())
    await scene.settle()

    expect(scene.told('instance.exited')).toEqual(['api exited'])
    expect(scene.host.processes).toHaveLength(2)
  })
})
