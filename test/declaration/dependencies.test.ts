import { expect, test } from 'vitest'
import type { Dependency } from '../../src/declaration/service.ts'
import { declared } from './given.ts'

const app = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  name,
  script: 'app.js',
  ...more,
})

// prettier-ignore
const spellings: [unknown, Dependency[]][] = [
  ['db',                                    [{ service: 'db', until: 'ready' }]],
  ['db cache',                              [{ service: 'db', until: 'ready' }, { service: 'cache', until: 'ready' }]],
  [['db'],                                  [{ service: 'db', until: 'ready' }]],
  [{ db: 'completed', cache: 'started' },   [{ service: 'db', until: 'completed' }, { service: 'cache', until: 'started' }]],
  [{ db: { condition: 'service_healthy' } },[{ service: 'db', until: 'ready' }]],
]

test.each(spellings)('depends_on: %j is understood', (said, expected) => {
  const { services } = declared([app('api', { depends_on: said }), app('db'), app('cache')])

  expect(services[0]?.dependsOn).toEqual(expected)
})

test('services are named as the file names them', () => {
  const apps = [
    app('api', { name_prefix: 'shop', depends_on: 'db' }),
    app('db', { name_prefix: 'shop' }),
  ]

  expect(declared(apps).services[0]?.dependsOn).toEqual([{ service: 'shop:db', until: 'ready' }])
})

test.each([
  [[app('api', { depends_on: 'api' })], 'api → api'],
  [
    [app('a', { depends_on: 'b' }), app('b', { depends_on: ['c'] }), app('c', { depends_on: 'a' })],
    'a → b → c → a',
  ],
])('who waits for himself is told the way round: %#', (apps, way) => {
  expect(() => declared(apps)).toThrow(way)
})
