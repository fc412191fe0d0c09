import { expect, test } from 'vitest'
import { stopOrder } from '../../src/manager/stop-order.ts'

const service = (name: string, ...needs: readonly string[]) => ({
  name,
  dependsOn: needs.map((each) => ({ service: each, until: 'ready' as const })),
})

test.each([
  ['who needs nothing of each other: together', [service('a'), service('b')], [['a', 'b']]],
  [
    'what others need: after them',
    [service('db'), service('cache'), service('api', 'db', 'cache'), service('web', 'api')],
    [['web'], ['api'], ['db', 'cache']],
  ],
  ['what needs something from elsewhere', [service('api', 'elsewhere')], [['api']]],
  ['a circle over several files: together', [service('a', 'b'), service('b', 'a')], [['a', 'b']]],
])('%s', (_, services, order) => {
  expect(stopOrder(services)).toEqual(order)
})
