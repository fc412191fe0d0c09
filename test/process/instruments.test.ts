import { expect, test } from 'vitest'
import { afterMessage, type Instruments, noInstruments } from '../../src/process/instruments.ts'

const action = (name: string, more: object = {}) => ({
  type: 'axm:action',
  data: { action_name: name, ...more },
})
const metrics = (data: object) => ({ type: 'axm:monitor', data })

const after = (...messages: readonly unknown[]): Instruments =>
  messages.reduce<Instruments>(
    (known, message) => afterMessage(known, message) ?? known,
    noInstruments,
  )

test('actions are known by name, and the last word about each counts', () => {
  const known = after(
    action('greet', { action_type: 'custom', arity: 1, opts: null }),
    action('sell', { action_type: 'custom', opts: { of: 'apples' } }),
    action('greet', { action_type: 'custom', arity: 2 }),
  )

  expect(known.actions).toEqual([
    { name: 'sell', type: 'custom', opts: { of: 'apples' } },
    { name: 'greet', type: 'custom', arity: 2 },
  ])
})

test('metrics of several libraries stand beside each other, each as it was said last', () => {
  const known = after(
    metrics({ users: { value: 1, unit: 'people' }, hits: { value: 2 } }),
    metrics({ users: { value: 3, unit: 'people' }, load: 0.5 }),
  )

  expect(known.metrics).toEqual({
    hits: { value: 2 },
    users: { value: 3, unit: 'people' },
    load: { value: 0.5 },
  })
})

test('options are gathered', () => {
  const option = (data: object) => ({ type: 'axm:option:configuration', data })

  expect(after(option({ a: 1, b: 1 }), option({ b: 2 })).options).toEqual({ a: 1, b: 2 })
})

test.each([
  ['ready'],
  [7],
  [null],
  [['axm:action']],
  [{ type: 'axm:reply', data: { action_name: 'greet' } }],
  [{ type: 'human:event', data: {} }],
  [{ hello: 1 }],
])('%j is about something else', (message) => {
  expect(afterMessage(noInstruments, message)).toBeUndefined()
})

test.each([
  [action('')],
  [{ type: 'axm:action', data: { action_name: 7 } }],
  [{ type: 'axm:action' }],
  [{ type: 'axm:monitor', data: 'lots' }],
  [metrics({ long: { value: 'x'.repeat(70_000) } })],
])('%j is about them, and says nothing that can be kept', (message) => {
  expect(afterMessage(noInstruments, message)).toEqual(noInstruments)
})

test('beyond its bounds, what was said longest ago goes', () => {
  const bounds = { actions: 2, metrics: 2, options: 2, chars: 1_000 }
  const words = [action('a'), action('b'), action('c'), metrics({ a: 1, b: 2 }), metrics({ c: 3 })]

  const known = words.reduce<Instruments>(
    (sum, word) => afterMessage(sum, word, bounds) ?? sum,
    noInstruments,
  )

  expect(known.actions.map(({ name }) => name)).toEqual(['b', 'c'])
  expect(Object.keys(known.metrics)).toEqual(['b', 'c'])
})
