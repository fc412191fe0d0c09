import { expect, test } from 'vitest'
import { same, type MailboxOpts } from '../../src/actor/index.ts'
import { actor, givenSystem, recorder } from './given.ts'

const all = [1, 2, 3, 4, 5]

// prettier-ignore
const overflows: [MailboxOpts<number>['overflow'], boolean[], number[], object][] = [
  // overflow,     tell answers,                      received,  dead letters
  [undefined,     [true, true, true, false, false],  [1, 2, 3], { 'mailbox-full': 2, dropped: 0 }],
  ['reject',      [true, true, true, false, false],  [1, 2, 3], { 'mailbox-full': 2, dropped: 0 }],
  ['drop-newest', [true, true, true, true, true],    [1, 2, 3], { 'mailbox-full': 0, dropped: 2 }],
  ['drop-oldest', [true, true, true, true, true],    [3, 4, 5], { 'mailbox-full': 0, dropped: 2 }],
]

test.each(overflows)('a full mailbox, overflow %s', (overflow, answers, received, letters) => {
  const { system } = givenSystem()
  const notes: number[] = []
  const mailbox = { capacity: 3, ...(overflow && { overflow }) }
  const ref = system.spawn(recorder('small', notes, { mailbox }))

  const told = all.map((n) => ref.tell(n))
  system.run()

  expect(told).toEqual(answers)
  expect(notes).toEqual(received)
  expect(system.deadLetters).toMatchObject(letters)
})

test('of the waiting messages with one key only the newest is received, in its place', () => {
  const { system } = givenSystem()
  const notes: string[] = []
  const coalesce = (message: string) => (message.startsWith('cpu') ? 'cpu' : undefined)
  const ref = system.spawn(recorder('m', notes, { mailbox: { capacity: 3, coalesce } }))

  const told = ['cpu 1', 'x', 'cpu 2', 'y', 'cpu 3'].map((message) => ref.tell(message))
  system.run()
  ref.tell('cpu 4')
  system.run()

  expect(told).toEqual([true, true, true, true, true])
  expect(notes).toEqual(['x', 'y', 'cpu 3', 'cpu 4'])
})

test('a full mailbox still takes what the actor owes itself', async () => {
  const { system, clock } = givenSystem()
  const notes: string[] = []
  const ref = system.spawn(
    actor<string>(
      'full',
      (_, message, ctx) => {
        notes.push(message)
        if (message !== 'begin') return same
        ctx.timers.start('t', 'timer', 10)
        ctx.pipe(Promise.resolve('piped'), (value) => value, String)
        return same
      },
      { mailbox: { capacity: 1 } },
    ),
  )
  ref.tell('begin')
  system.run()

  ref.tell('fills it')
  clock.advance(10)
  await system.settle()

  expect(notes.toSorted()).toEqual(['begin', 'fills it', 'piped', 'timer'])
})

test('a repeated timer never has two messages waiting', () => {
  const { system, clock } = givenSystem()
  const notes: string[] = []
  const ref = system.spawn(
    actor<string>('ticking', (_, message, ctx) => {
      if (message === 'begin') ctx.timers.every('t', 'tick', 10)
      else notes.push(message)
      return same
    }),
  )
  ref.tell('begin')
  system.run()

  clock.advance(100)
  system.run()
  clock.advance(10)
  system.run()

  expect(notes).toEqual(['tick', 'tick'])
})

test('stashed messages come back in order, before those that came later', () => {
  const { system } = givenSystem()
  const notes: string[] = []
  const ref = system.spawn({
    id: 'stashing',
    behavior: () => ({
      init: () => ({ isOpen: false }),
      receive(state, message: string, ctx) {
        if (message === 'open') {
          ctx.stash.unstashAll()
          return { isOpen: true }
        }
        if (state.isOpen) notes.push(message)
        else ctx.stash.push()
        return same
      },
    }),
  })

  for (const message of ['a', 'b', 'open', 'c']) ref.tell(message)
  system.run()

  expect(notes).toEqual(['a', 'b', 'c'])
})

test('stashed messages survive a restart, and a full stash loses the next', () => {
  const { system } = givenSystem()
  let received = 0
  let lives = 0
  const ref = system.spawn({
    id: 'stashing',
    mailbox: { capacity: 2_000 },
    behavior: () => ({
      init: () => ++lives,
      receive(life: number, message: string, ctx) {
        if (message === 'crash') throw new Error('broken')
        if (life === 1) ctx.stash.push()
        else received++
        return same
      },
    }),
  })

  for (let i = 0; i < 1_001; i++) ref.tell('message')
  ref.tell('crash')
  system.run()

  expect(received).toBe(1_000)
  expect(system.deadLetters['stash-full']).toBe(1)
})

test('a mapping of a piped promise that throws is a fault', async () => {
  const { system, faults } = givenSystem()
  const ref = system.spawn(
    actor<'go'>('piping', (_, _message, ctx) => {
      ctx.pipe(
        Promise.resolve(1),
        () => {
          throw new Error('cannot map')
        },
        () => 'go',
      )
      return same
    }),
  )

  ref.tell('go')
  await system.settle()

  expect(faults).toMatchObject([
    { outcome: 'restarting', fault: { during: 'pipe', error: { message: 'cannot map' } } },
  ])
})
