import { expect, test } from 'vitest'
import { same, serviceKey, supervisor, type Listing } from '../../src/actor/index.ts'
import { actor, givenSystem, order, recorder, worker, type Order } from './given.ts'

test('a subscriber hears who is there, and every change until they end', () => {
  const { system } = givenSystem()
  const key = serviceKey<Order>('workers')
  const sizes: number[] = []
  const subscriber = system.spawn(
    actor<Listing<Order>>('subscriber', (_, { refs }) => {
      sizes.push(refs.length)
      return same
    }),
  )
  const [a, b] = ['a', 'b'].map((id) =>
    system.spawn(worker(id, [], { restart: id === 'a' ? 'temporary' : 'permanent' })),
  )
  if (!a || !b) throw new Error('nobody is there')
  system.receptionist.register(key, a)

  system.receptionist.subscribe(key, subscriber)
  system.receptionist.register(key, b)
  system.run()
  order(system, 'b', 'crash')
  order(system, 'a', 'crash')

  expect(sizes).toEqual([1, 2, 1])
  expect(system.receptionist.find(key)).toEqual([b])
})

test('a supervisor starts and stops children when it is told to', () => {
  const { system } = givenSystem()
  const notes: string[] = []
  const paths: string[] = []
  const top = system.spawn({
    id: 'top',
    behavior: () =>
      supervisor([worker('a', notes)], {
        strategy: 'dynamic',
        intensity: { max: 1, windowMs: 1_000 },
        onExceeded: 'stop',
      }),
  })
  const reply = system.spawn(
    actor<{ readonly path: string }>('reply', (_, { path }) => {
      paths.push(path)
      return same
    }),
  )

  system.run()

  top.tell({ kind: 'start', spec: worker('b', notes), reply })
  top.tell({ kind: 'start', spec: worker('b', notes), reply })
  top.tell({ kind: 'stop', id: 'a' })
  system.run()

  expect(paths).toEqual(['/top/b'])
  expect(notes).toEqual(['a starts', 'b starts', 'a ends: asked'])
  expect(system.deadLetters.unhandled).toBe(1)
})

test('ids are unique among siblings, and one part of a path', () => {
  const { system } = givenSystem()
  system.spawn(recorder('a', []))
  expect(() => system.spawn(recorder('a', []))).toThrow('the id is in use')
  expect(() => system.spawn(recorder('a/b', []))).toThrow('without "/"')
  void system.stop()
  expect(() => system.spawn(recorder('c', []))).toThrow('which is stopping')
})
