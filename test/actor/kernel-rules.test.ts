import { expect, test } from 'vitest'
import { createSystem, same, type Signal } from '../../src/actor/index.ts'
import { actor, givenSystem, recorder, worker } from './given.ts'

test('rule 1: an async handler suspends the mailbox, and what it pipes does not', async () => {
  const { system } = givenSystem()
  const notes: string[] = []
  let finish = (): void => {}
  const slow = system.spawn(
    actor<string>('slow', async (_, message) => {
      notes.push(`${message} begins`)
      if (message === 'first') await new Promise<void>((resolve) => (finish = resolve))
      notes.push(`${message} ends`)
      return same
    }),
  )
  const piping = system.spawn(
    actor<string>('piping', (_, message, ctx) => {
      notes.push(message)
      if (message === 'work') {
        ctx.pipe(Promise.resolve('done'), (value) => value, String)
      }
      return same
    }),
  )

  slow.tell('first')
  slow.tell('second')
  piping.tell('work')
  piping.tell('meanwhile')
  await system.settle()
  const before = [...notes]
  finish()
  await system.settle()

  expect(before).toEqual(['first begins', 'work', 'meanwhile', 'done'])
  expect(notes.slice(4)).toEqual(['first ends', 'second begins', 'second ends'])
})

test('rule 2: stop overtakes messages', () => {
  const { system } = givenSystem()
  const notes: string[] = []
  const parent = system.spawn(
    actor<'go'>('parent', (_, _message, ctx) => {
      const child = ctx.spawn(worker('child', notes))
      child.tell('something')
      ctx.stop(child)
      return same
    }),
  )

  parent.tell('go')
  system.run()

  expect(notes).toEqual([])
  expect(system.deadLetters.terminated).toBe(1)
})

test('rule 2: terminated overtakes messages, as the message given to watchWith does', () => {
  const { system } = givenSystem()
  const notes: string[] = []
  const [first, second] = [worker('first', []), worker('second', [])].map((spec) =>
    system.spawn({ ...spec, restart: 'temporary' }),
  )
  const watcher = system.spawn<string>({
    id: 'watcher',
    behavior: () => ({
      init(ctx) {
        if (first) ctx.watch(first)
        if (second) ctx.watchWith(second, 'second has ended')
      },
      receive(_, message) {
        notes.push(message)
        return same
      },
      signal(_, signal) {
        if (signal.kind === 'terminated') notes.push(`${signal.ref.path} has ended`)
        return same
      },
    }),
  })
  system.run()

  first?.tell('finish')
  second?.tell('crash')
  for (let i = 0; i < 5; i++) watcher.tell('message')
  system.run()

  expect(notes.slice(0, 3)).toEqual(['/first has ended', 'second has ended', 'message'])
})

test.each<[string, () => typeof same | Promise<typeof same>]>([
  ['messages', () => same],
  ['async handlers', () => Promise.resolve(same)],
])('rule 3: no flood of %s keeps sockets and timers waiting', async (_, answer) => {
  const system = createSystem({ name: 'auto' })
  let received = 0
  const flood = system.spawn(
    actor<'more'>('flood', (_state, message, ctx) => {
      received++
      ctx.self.tell(message)
      return answer()
    }),
  )

  flood.tell('more')
  const seen: number[] = []
  for (let i = 0; i < 5; i++) {
    await new Promise(setImmediate)
    seen.push(received)
  }

  expect(seen[4]).toBeGreaterThan(seen[1] ?? 0)
  await system.stop()
})

test('rule 3: an actor with much to do gives others their turn after 64 messages', () => {
  const { system } = givenSystem()
  const notes: string[] = []
  const busy = system.spawn(recorder('busy', notes))
  const idle = system.spawn(recorder('idle', notes))
  system.run()

  for (let i = 0; i < 100; i++) busy.tell('busy')
  idle.tell('idle')
  system.run()

  expect(notes.indexOf('idle')).toBe(64)
})

test('rule 4: tell never throws, and never runs the receiver on the stack of the caller', async () => {
  const system = createSystem({ name: 'auto', onFault: () => {} })
  const notes: string[] = []
  const ref = system.spawn<string>({
    ...worker('w', notes, { restart: 'temporary' }),
    mailbox: {
      capacity: 3,
      coalesce: () => {
        throw new Error('no key')
      },
    },
  })

  const accepted = ['crash', 'b', 'c', 'd'].map((order) => ref.tell(order))
  const onStack = [...notes]
  await system.whenEnded(ref)

  expect(accepted).toEqual([true, true, true, false])
  expect(onStack).toEqual([])
  expect(ref.tell('late')).toBe(false)
  await system.stop()
})

test.each([
  [
    'a throw',
    () => {
      throw new Error('broken')
    },
  ],
  ['a rejection', () => Promise.reject(new Error('broken'))],
])(
  'rule 5: %s is a fault that the parent handles, with the message that caused it',
  async (_, fail) => {
    const { system, faults } = givenSystem()
    const ref = system.spawn(actor<object>('failing', fail, { restart: 'temporary' }))

    ref.tell({ redis: 'redis://me:pw@host', password: 'hunter2', text: 'x'.repeat(10_000) })
    await system.settle()

    const [report] = faults
    expect(report).toMatchObject({
      outcome: 'stopped',
      fault: { path: '/failing', during: 'receive', error: { message: 'broken' } },
    })
    expect(report?.fault.message).toContain('redis://***@host')
    expect(report?.fault.message).not.toContain('hunter2')
    expect(report?.fault.message?.length).toBeLessThanOrEqual(300)
  },
)

test('rule 6: a cancelled or replaced timer cannot arrive, even when it is due', () => {
  const { system, clock } = givenSystem()
  const notes: string[] = []
  const ref = system.spawn(
    actor<string>('timed', (_, message, ctx) => {
      notes.push(message)
      if (message === 'begin') {
        ctx.timers.start('a', 'cancelled', 10)
        ctx.timers.start('b', 'replaced', 10)
        ctx.timers.start('c', 'kept', 10)
      }
      if (message === 'change') {
        ctx.timers.cancel('a')
        ctx.timers.start('b', 'replacement', 10)
      }
      return same
    }),
  )

  ref.tell('begin')
  system.run()
  ref.tell('change')
  clock.advance(10)
  system.run()
  clock.advance(10)
  system.run()

  expect(notes).toEqual(['begin', 'change', 'kept', 'replacement'])
})

test('rule 7: death watch fires exactly once, also for an actor that is dead already', () => {
  const { system } = givenSystem()
  const notes: string[] = []
  const heard: Signal[] = []
  const victim = system.spawn(worker('victim', notes, { restart: 'temporary' }))
  const watcher = system.spawn<'watch'>({
    id: 'watcher',
    behavior: () => ({
      init: (ctx) => ctx.watch(victim),
      receive(_, _message, ctx) {
        ctx.watch(victim)
        ctx.watch(victim)
        return same
      },
      signal(_, signal) {
        heard.push(signal)
        return same
      },
    }),
  })
  watcher.tell('watch')
  system.run()

  victim.tell('crash')
  system.run()
  const first = [...heard]
  watcher.tell('watch')
  system.run()

  const fault = { kind: 'terminated', ref: victim, ending: { kind: 'fault' } }
  expect(first).toMatchObject([fault])
  expect(heard).toMatchObject([fault, fault])
})

test('rule 8: dead letters are counted per reason, and shown once a second', () => {
  const { system, clock, events } = givenSystem()
  const ref = system.spawn(recorder('small', [] as number[], { mailbox: { capacity: 2 } }))
  const shown = () => events.filter(({ kind }) => kind === 'dead-letter')

  for (let i = 0; i < 10; i++) ref.tell(i)
  const inFirstSecond = shown()
  clock.advance(1_000)
  ref.tell(10)

  expect(system.deadLetters).toMatchObject({ 'mailbox-full': 9, terminated: 0 })
  expect(inFirstSecond).toMatchObject([{ reason: 'mailbox-full', path: '/small', count: 1 }])
  expect(shown()).toMatchObject([{ count: 1 }, { count: 9, message: '10' }])
})

test('rule 9: with a manual scheduler and a fake clock, two runs are the same to the letter', async () => {
  const story = async () => {
    const { system, clock, events } = givenSystem()
    const notes: string[] = []
    const backoff = { initialMs: 100, factor: 2, maxMs: 1_000, jitter: 0.5, resetAfterMs: 1_000 }
    const refs = ['a', 'b', 'c'].map((id) => system.spawn(worker(id, notes, { backoff })))
    for (const [i, ref] of refs.entries()) ref.tell(i === 1 ? 'crash' : 'hello')
    for (const ref of refs) ref.tell('again')
    await system.settle()
    clock.advance(100)
    const stop = system.stop()
    await system.settle()
    await stop
    return { notes, events, armed: clock.armed }
  }

  const [first, second] = [await story(), await story()]

  expect(first).toEqual(second)
  expect(first.notes).toContain('b got again')
  expect(first.armed).toBe(0)
})
