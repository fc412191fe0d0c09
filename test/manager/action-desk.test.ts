import { expect, test } from 'vitest'
import { ActionDesk } from '../../src/manager/action-desk.ts'
import type { Choice } from '../../src/manager/targets.ts'
import type { EventDraft } from '../../src/protocol/events.ts'
import type { Params } from '../../src/protocol/operations.ts'
import type { InstanceView } from '../../src/protocol/views.ts'
import type { Delivery } from '../../src/supervisor/instance-messages.ts'
import type { HeldProcess } from '../../src/supervisor/instance-ports.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { instanceWith } from '../cli/given.ts'

const all: readonly Choice[] = [{ service: 'api' }]

interface Given {
  /** When each process started, by the clock of the desk; long ago where nobody says. */
  readonly startedAt?: number
  /** The actions of each slot; undefined where no process runs. */
  readonly offered?: readonly (readonly string[] | undefined)[]
  /** So many times nobody is there to hear. */
  readonly isDeaf?: number
}

/** A desk before a service `api` with one instance for each list of actions. */
function given({ offered = [['greet']], isDeaf = 0, startedAt = -60_000 }: Given = {}) {
  const clock = new FakeClock()
  const sent: { readonly slot: number | undefined; readonly what: Delivery }[] = []
  let deafFor = isDeaf
  const views = offered.map((actions, slot): InstanceView => {
    const { pid: _, ...view } = instanceWith({ id: slot + 4, service: 'api', slot })
    return {
      ...view,
      startedAt,
      launchId: `s.${slot}.7`,
      ...(actions === undefined ? {} : { pid: 1 }),
    }
  })
  const desk = new ActionDesk({
    clock,
    board: { of: () => views },
    estate: {
      held: (_, seat) => {
        const actions = (offered[Number(seat)] ?? []).map((name) => ({ name }))
        const process = { instruments: { actions, metrics: {}, options: {} } }
        // A desk looks at no more of a process than this.
        return { launch: 7, process } as unknown as HeldProcess
      },
    },
    roster: {
      send: async ([choice], what) => {
        const [slot] = choice?.slots ?? []
        const meant = views.filter((view) => view.slot === slot)
        if (deafFor-- > 0) return meant.map((view) => ({ view, came: 'unheard' as const }))
        sent.push({ slot, what })
        return meant.map((view) => ({ view, came: 'delivered' as const }))
      },
    },
  })
  const leaving = new AbortController()
  const trigger = (params: Params<'trigger'>, choices = all) =>
    desk.trigger(choices, params, leaving.signal)
  return { desk, clock, sent, trigger, leave: () => leaving.abort() }
}

const says = (slot: number, data: unknown, incarnation = 7): EventDraft => ({
  type: 'instance.message',
  service: 'api',
  slot,
  incarnation,
  data: { message: { type: 'axm:reply', data } },
})

const exited: EventDraft = {
  type: 'instance.exited',
  service: 'api',
  slot: 0,
  incarnation: 7,
  data: {
    exit: { code: 3 },
    class: 'failure',
    uptimeMs: 1,
    planned: false,
    observedLate: false,
    lastLogLines: [],
    exitedAt: 0,
  },
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('every instance that offers the action is asked by its name, and answers for itself', async () => {
  const { desk, sent, trigger } = given({ offered: [['greet'], ['greet', 'sell'], undefined] })

  const done = trigger({ action: 'greet' })
  await turn()
  desk.hear(says(1, { action_name: 'greet', return: 'b', at: 5 }))
  desk.hear(says(0, { action_name: 'greet', return: 'a' }))

  expect(await done).toEqual({
    replies: [
      {
        id: 4,
        service: 'api',
        namespace: 'default',
        slot: 0,
        action: 'greet',
        kind: 'answered',
        return: 'a',
        at: 0,
      },
      {
        id: 5,
        service: 'api',
        namespace: 'default',
        slot: 1,
        action: 'greet',
        kind: 'answered',
        return: 'b',
        at: 5,
      },
    ],
  })
  expect(sent).toEqual([
    { slot: 0, what: { kind: 'message', data: 'greet' } },
    { slot: 1, what: { kind: 'message', data: 'greet' } },
  ])
})

test('parameters travel beside the name', async () => {
  const { desk, sent, trigger } = given()

  const done = trigger({ action: 'greet', params: { a: 1 } })
  await turn()
  desk.hear(says(0, { action_name: 'greet', return: null }))
  await done

  expect(sent[0]?.what).toEqual({ kind: 'message', data: { msg: 'greet', opts: { a: 1 } } })
})

// prettier-ignore
test.each<[string, EventDraft]>([
  ['to another action',       says(0, { action_name: 'sell', return: 1 })],
  ['of another instance',     says(1, { action_name: 'greet', return: 1 })],
  ['of an earlier process',   says(0, { action_name: 'greet', return: 1 }, 6)],
  ['that is none',            says(0, 'greet')],
])('an answer %s is not waited for, and silence ends with the deadline', async (_, draft) => {
  const { desk, clock, trigger } = given()

  const done = trigger({ action: 'greet', deadline: '2s' })
  await turn()
  desk.hear(draft)
  await turn()
  clock.advance(2_000)

  expect((await done).replies).toMatchObject([{ kind: 'silent', why: 'it did not answer within 2.0 s' }])
  expect(clock.armed).toBe(0)
})

test('of two who wait for the same, the first gets the first answer', async () => {
  const { desk, trigger } = given()

  const [first, second] = [trigger({ action: 'greet' }), trigger({ action: 'greet' })]
  await turn()
  desk.hear(says(0, { action_name: 'greet', return: 1 }))
  desk.hear(says(0, { action_name: 'greet', return: 2 }))

  expect((await first).replies).toMatchObject([{ return: 1 }])
  expect((await second).replies).toMatchObject([{ return: 2 }])
})

test('the end of the process ends the waiting', async () => {
  const { desk, trigger } = given()

  const done = trigger({ action: 'greet' })
  await turn()
  desk.hear(exited)

  expect((await done).replies).toMatchObject([
    { kind: 'silent', why: 'it ended with code 3 before it answered' },
  ])
})

test('an answer too large for the door is left out', async () => {
  const { desk, trigger } = given()

  const done = trigger({ action: 'greet' })
  await turn()
  desk.hear(says(0, { action_name: 'greet', return: 'x'.repeat(1024 ** 2) }))

  expect((await done).replies).toMatchObject([
    { kind: 'silent', why: expect.stringContaining('its answer is too large') },
  ])
})

test('whoever goes away is not waited for', async () => {
  const { clock, trigger, leave } = given()

  const done = trigger({ action: 'greet' })
  await turn()
  leave()

  expect((await done).replies).toMatchObject([{ kind: 'silent' }])
  expect(clock.armed).toBe(0)
})

test('an agent that has just lost its manager is asked again until it is back', async () => {
  const { desk, clock, sent, trigger } = given({ isDeaf: 2 })

  const done = trigger({ action: 'greet' })
  for (const _ of [1, 2]) {
    await turn()
    clock.advance(100)
  }
  await turn()
  desk.hear(says(0, { action_name: 'greet', return: 'back' }))

  expect((await done).replies).toMatchObject([{ return: 'back' }])
  expect(sent).toHaveLength(1)
})

test('who has just started is given a moment to say what it offers', async () => {
  const offered: string[] = []
  const { desk, clock, trigger } = given({ offered: [offered], startedAt: 0 })

  const done = trigger({ action: 'greet' })
  await turn()
  offered.push('greet')
  clock.advance(100)
  await turn()
  desk.hear(says(0, { action_name: 'greet', return: 'good morning' }))

  expect((await done).replies).toMatchObject([{ return: 'good morning' }])
})

test('and no more than that', async () => {
  const { clock, trigger } = given({ offered: [[]], startedAt: 0 })

  const done = trigger({ action: 'greet' }).catch((thrown: unknown) => thrown)
  for (let ms = 0; ms < 3_000; ms += 100) {
    await turn()
    clock.advance(100)
  }

  expect(await done).toMatchObject({ code: 'E_FAILED' })
  expect(clock.armed).toBe(0)
})

// prettier-ignore
test.each<[string, Given, string, RegExp]>([
  ['nobody runs',            { offered: [undefined] },          'greet', /^api was not asked: no process of it runs$/],
  ['nothing is offered',     { offered: [[]] },                 'greet', /^api offers no actions, so not greet either$/],
  ['others are offered',     { offered: [['greet', 'sell']] },  'gret',  /^api does not offer gret, but: sell, greet$/],
])('where %s, that is said', async (_, service, action, why) => {
  const { trigger, sent } = given(service)

  await expect(trigger({ action })).rejects.toMatchObject({ code: 'E_FAILED', message: expect.stringMatching(why) })
  expect(sent).toEqual([])
})
