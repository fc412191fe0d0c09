import { describe, expect, test } from 'vitest'
import { judgeLook, noStreak } from '../../src/supervisor/probe-policy.ts'
import { Scene, slotsOf } from './scene.ts'

// prettier-ignore
test.each([
  [{ successes: 1, failures: 1 }, [undefined],                    'well'],
  [{ successes: 2, failures: 1 }, [undefined],                    'unsure'],
  [{ successes: 2, failures: 1 }, [undefined, undefined],         'well'],
  [{ successes: 2, failures: 2 }, [undefined, 'no', undefined],   'unsure'],
  [{ successes: 1, failures: 2 }, ['no'],                         'unsure'],
  [{ successes: 1, failures: 2 }, ['no', 'no'],                   'ill'],
  [{ successes: 1, failures: 2 }, ['no', undefined, 'no'],        'unsure'],
])('with %j the sights %j mean %s', (probe, sights, verdict) => {
  let last = judgeLook(probe, undefined, noStreak)
  let streak = noStreak
  for (const sight of sights) {
    last = judgeLook(probe, sight, streak)
    ;({ streak } = last)
  }

  expect(last.verdict.kind).toBe(verdict)
})

describe('readiness by a probe', () => {
  const api = slotsOf('api', { readiness: 'tcp://:3000', listen_timeout: 1_000, max_restarts: 1 })

  test('makes a service online once it succeeds', async () => {
    const scene = new Scene()
    scene.sights.push('tcp refused', 'tcp refused')
    await scene.add(api)

    await scene.born()
    expect(scene.view('api').state).toBe('starting')
    await scene.passes(200)
    expect(scene.view('api').state).toBe('starting')
    await scene.passes(200)

    expect(scene.view('api').state).toBe('online')
  })

  test('that does not succeed in time ends the service, and says what was seen', async () => {
    const scene = new Scene()
    scene.isWell = false
    await scene.add(api)
    const process = await scene.born()

    await scene.passes(1_000)
    expect(process.signals).toEqual(['SIGINT'])
    await scene.ends(process, 0)

    expect(scene.view('api')).toMatchObject({
      state: 'errored',
      why: 'it was not ready within 1.0 s: tcp failed, max_restarts is 1',
      lastExit: { class: 'ready-timeout' },
    })
  })
})

test('what was seen is told even where many failures in a row are allowed', async () => {
  const scene = new Scene()
  scene.isWell = false
  const readiness = { exec: 'look', interval: '400ms', failures: 9 }
  await scene.add(slotsOf('api', { readiness, listen_timeout: 1_000, max_restarts: 1 }))
  const process = await scene.born()

  await scene.passes(1_000)
  await scene.ends(process, 0)

  expect(scene.view('api').why).toContain('within 1.0 s: exec failed')
})

describe('liveness', () => {
  const api = slotsOf('api', { liveness: { exec: 'look', interval: '1s', failures: 2 } })

  test('restarts a service that fails it so often in a row, and not one that recovers', async () => {
    const scene = new Scene()
    const [process] = await scene.online(api)
    scene.sights.push('exec no', '', 'exec no', 'exec no')

    await scene.passes(1_000)
    await scene.passes(1_000)
    await scene.passes(1_000)
    expect(process?.signals).toEqual([])
    await scene.passes(1_000)
    expect(process?.signals).toEqual(['SIGINT'])
    await scene.ends(process, 0)
    await scene.passes(1)

    expect(scene.told('instance.unhealthy')).toHaveLength(1)
    expect(scene.host.orders).toHaveLength(2)
    expect(scene.view('api').lastExit?.class).toBe('liveness')
  })

  test('looks at nobody who is being stopped, or has ended', async () => {
    const scene = new Scene()
    const [process] = await scene.online(api)
    scene.isWell = false
    void scene.supervision.act('api', 'stop', {})
    await scene.settle()
    await scene.ends(process, 0)

    await scene.passes(60_000)

    expect(scene.told('instance.unhealthy')).toEqual([])
  })
})
