import { expect, test } from 'vitest'
import type { Order } from '../../src/manager/call.ts'
import type { DesiredService } from '../../src/manager/desired-state.ts'
import { makeWay } from '../../src/manager/grace.ts'

/** Enough of a service to be found by its name. */
const api = { id: 'x', slots: [], spec: { name: 'api', namespace: 'default' } }

function hastenedBy(members: Partial<Order['call']>): readonly unknown[] {
  return toldOf(members).hastened
}

function toldOf(members: Partial<Order['call']>) {
  const told: unknown[] = []
  const halted: unknown[] = []
  const roster = {
    services: [api] as unknown as readonly DesiredService[],
    hasten: (...args: readonly unknown[]) => void told.push(args),
    haltReload: (...args: readonly unknown[]) => void halted.push(args),
  }
  const call = {
    id: 'c1',
    op: 'stop',
    services: [{ name: 'api' }],
    params: {},
    by: 'anna',
  } as const
  makeWay(roster, { ...call, via: 'local', ...members })
  return { hastened: told, halted }
}

test('what a command waits for gets the grace of that command', () => {
  expect(hastenedBy({ params: { grace: '1s' } })).toEqual([
    [[{ service: 'api' }], { graceMs: 1_000, by: 'anna', cause: 'c1' }],
  ])
})

test('a command that names no grace, or cannot be carried out, hastens nothing', () => {
  expect(hastenedBy({})).toEqual([])
  expect(hastenedBy({ params: { grace: 'soon' } })).toEqual([])
  expect(hastenedBy({ params: { grace: '1s' }, services: [{ name: 'web' }] })).toEqual([])
})

test('whoever wants an end does not wait for a reload', () => {
  const why = 'stop was asked for by anna'

  expect(toldOf({}).halted).toEqual([[[{ service: 'api' }], why]])
  expect(toldOf({ services: [{ name: 'web' }] }).halted).toEqual([])
})
