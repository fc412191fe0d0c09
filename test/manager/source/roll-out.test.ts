import { expect, test } from 'vitest'
import type { DesiredService } from '../../../src/manager/desired-state.ts'
import { RollOut } from '../../../src/manager/source/roll-out.ts'
import type { InstanceView } from '../../../src/protocol/views.ts'
import { FakeClock } from '../../../src/testing/fake-clock.ts'
import { instanceWith } from '../../cli/given.ts'
import { serviceOf } from '../../declaration/given.ts'

/** A service `web` that is to stay up for a second, with what the board shows of it. */
function rolling(wanted: 'up' | 'down' = 'up') {
  const clock = new FakeClock()
  let view: InstanceView = instanceWith({ service: 'web', pid: 1 })
  const reloaded: string[] = []
  const service: DesiredService = {
    id: 'id',
    spec: serviceOf({ name: 'web', min_uptime: 1_000 }),
    environment: '',
    createdAt: 0,
    slots: [{ slot: 0, pmId: 0, wanted }],
  }
  const rollOut = new RollOut({
    clock,
    board: { of: () => [view] },
    roster: {
      services: [service],
      reload: async (choices) => {
        reloaded.push(...choices.map(({ service: name }) => name))
        return { instances: [], notes: ['a note'] }
      },
    },
  })
  return {
    rollOut,
    reloaded,
    show: (given: Partial<InstanceView>) =>
      void (view = instanceWith({ service: 'web', ...given })),
    begin: () => rollOut.begin(['web'], { by: 'anna', cause: '1' }),
    pass: async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 50) {
        await settled()
        clock.advance(50)
      }
      await settled()
    },
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a roll-out is over once everything has stayed up for min_uptime', async () => {
  const { begin, pass, reloaded, show } = rolling()
  let isOver = false
  show({ state: 'starting', pid: 2 })
  const over = begin().then((acted) => {
    isOver = true
    return acted
  })
  await pass(500)
  show({ pid: 2 })
  await pass(950)
  expect(isOver).toBe(false)

  await pass(150)

  expect(await over).toMatchObject({ instances: [{ pid: 2 }], notes: ['a note'] })
  expect(reloaded).toEqual(['web'])
})

test('a process that is replaced meanwhile has failed', async () => {
  const { begin, pass, show } = rolling()
  const over = begin().catch((thrown: unknown) => thrown)
  await pass(500)
  show({ pid: 2 })
  await pass(100)

  expect(await over).toMatchObject({
    code: 'E_FAILED',
    message: 'web#0 did not stay up, and was restarted',
  })
})

test('what never comes up is not waited for without end', async () => {
  const { begin, pass, show } = rolling()
  show({ state: 'waiting' })
  const over = begin().catch((thrown: unknown) => thrown)
  await pass(40_000)

  expect(await over).toMatchObject({
    message: expect.stringMatching(/^web did not come up within \d+ s$/),
  })
})

test('what is stopped is not started', async () => {
  const { begin, reloaded } = rolling('down')

  await begin()

  expect(reloaded).toEqual([])
})

test('what has another process than before has changed', () => {
  const { rollOut, show } = rolling()
  const before = rollOut.processesOf(['web'])
  expect(rollOut.changedSince(['web'], before)).toEqual([])

  show({ pid: 2 })
  expect(rollOut.changedSince(['web'], before)).toEqual(['web'])
})
