import { describe, expect, test } from 'vitest'
import { InstanceBoard } from '../../src/manager/board.ts'
import { declare, type DesiredState, emptyState } from '../../src/manager/desired-state.ts'
import type { DesiredStore } from '../../src/manager/desired-store.ts'
import { Reloader } from '../../src/manager/reloader.ts'
import type { ReloadOutcome } from '../../src/supervisor/reload-machine.ts'
import type { ReloadOptions, Supervision } from '../../src/supervisor/supervision.ts'
import { instanceWith } from '../cli/given.ts'
import { slotsOf } from '../supervisor/scene.ts'

const specOf = (fields = {}) => {
  const [slot] = slotsOf('web', { exec_mode: 'cluster', ...fields })
  if (slot === undefined) throw new Error('a service has a slot')
  return slot.spec
}
const now = specOf()
const anew = specOf({ env: { V: '2' } })

/** `ends`: how the reload ends, and what becomes of the processes meanwhile. */
function given(ends: (board: InstanceBoard) => ReloadOutcome) {
  let state: DesiredState = declare(emptyState, now, {}, { at: 0, idOf: () => 'id-web' })
  const board = new InstanceBoard()
  board.show(instanceWith({ service: 'web', pid: 7 }))
  const asked: ReloadOptions[] = []
  const redeclared: unknown[] = []
  const update = (change: (from: DesiredState) => DesiredState): void =>
    void (state = change(state))
  const store = {
    get state() {
      return state
    },
    update,
    updateRegardless: update,
  }
  const supervision: Pick<Supervision, 'reload' | 'redeclare'> = {
    reload: async (_, options) => {
      asked.push(options)
      return ends(board)
    },
    redeclare: async (slots) => void redeclared.push(slots[0]?.spec),
  }
  const reloader = new Reloader({
    // Of both it uses what is given here.
    store: store as unknown as DesiredStore,
    supervision: supervision as Supervision,
    board,
    declared: () => {},
    report: (what, thrown) => {
      throw new Error(what, { cause: thrown })
    },
  })
  const [service] = state.services
  if (service === undefined) throw new Error('a service is declared')
  return { reloader, service, asked, redeclared, state: () => state.services[0] }
}

const rolledBack: ReloadOutcome = { kind: 'rolled-back', why: 'code 1', left: [] }

describe('a reload', () => {
  test('to another revision has it on disk beside the present one until it is over', async () => {
    const on = given(() => ({ kind: 'completed', replaced: 1, forced: 0 }))

    await on.reloader.reload(on.service, { revision: { spec: anew, inherited: {} } })
    expect(on.state()).toMatchObject({ spec: now, staged: { spec: anew } })
    expect(on.asked[0]?.next?.[0]?.spec).toBe(anew)
    on.reloader.settle('web', true)

    expect(on.state()).toMatchObject({ spec: anew })
    expect(on.state()).not.toHaveProperty('staged')
    expect(on.redeclared).toEqual([anew])
  })

  test('that is rolled back leaves the present revision', async () => {
    const on = given(() => rolledBack)
    const reload = on.reloader.reload(on.service, { revision: { spec: anew, inherited: {} } })
    await expect(reload).rejects.toMatchObject({ message: expect.stringContaining('code 1') })

    on.reloader.settle('web', false)

    expect(on.state()).toMatchObject({ spec: now })
    expect(on.state()).not.toHaveProperty('staged')
  })

  test('without a revision is one of what is declared, also beside one that an earlier manager began', async () => {
    const on = given(() => ({ kind: 'completed', replaced: 1, forced: 0 }))
    await on.reloader.reload(on.service, { revision: { spec: anew, inherited: {} } })

    await on.reloader.reload(on.service, {})
    const busy = on.reloader.reload(on.service, { revision: { spec: anew, inherited: {} } })

    expect(on.asked[1]?.next).toBeUndefined()
    await expect(busy).rejects.toMatchObject({ message: expect.stringContaining('under way') })
  })

  test.each([
    ['of which no process has changed', () => {}, 'what ran before runs on, untouched'],
    [
      'of which somebody else ended a process',
      (board: InstanceBoard) => board.show(instanceWith({ service: 'web', pid: 9 })),
      'it runs what it ran before',
    ],
  ])('that is rolled back and %s says so', async (_, happens, hint) => {
    const on = given((board) => {
      happens(board)
      return rolledBack
    })

    await expect(on.reloader.reload(on.service, {})).rejects.toMatchObject({
      hint: expect.stringContaining(hint),
    })
  })
})
