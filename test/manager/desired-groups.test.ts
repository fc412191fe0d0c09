import { expect, test } from 'vitest'
import {
  type DesiredState,
  emptyState,
  remove,
  withGroups,
} from '../../src/manager/desired-state.ts'

const intensity = { max: 16, windowMs: 60_000 }
const group = (name: string) => ({ name, strategy: 'one_for_all', intensity }) as const

/** Enough of a service to have a name and a group. */
function serviceOf(name: string, namespace: string): DesiredState['services'][number] {
  const spec = { name, namespace } as DesiredState['services'][number]['spec']
  return { id: name, spec, environment: '', createdAt: 0, slots: [] }
}

test('a group is forgotten with its last service', () => {
  const services = [serviceOf('a', 'shop'), serviceOf('b', 'shop'), serviceOf('c', 'mail')]
  const state = withGroups({ ...emptyState, services }, [group('shop'), group('mail')])

  const without = remove(state, 'a')
  const empty = remove(without, 'b')

  expect(without.groups.map(({ name }) => name)).toEqual(['shop', 'mail'])
  expect(empty.groups.map(({ name }) => name)).toEqual(['mail'])
})
