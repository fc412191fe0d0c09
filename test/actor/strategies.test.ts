import { expect, test } from 'vitest'
import {
  supervisor,
  type RestartType,
  type Strategy,
  type SupervisorOpts,
} from '../../src/actor/index.ts'
import { givenSystem, order, worker, type Order } from './given.ts'

/** A supervisor of a, b and c, all up. */
function givenFamily(
  opts: Partial<SupervisorOpts>,
  spec: (id: string) => Parameters<typeof worker>[2] = () => ({}),
) {
  const given = givenSystem()
  const notes: string[] = []
  const children = ['a', 'b', 'c'].map((id) => worker(id, notes, spec(id)))
  const policy: SupervisorOpts = {
    strategy: 'one_for_one',
    intensity: { max: 3, windowMs: 5_000 },
    onExceeded: 'stop',
    ...opts,
  }
  const top = given.system.spawn({
    id: 'top',
    restart: 'temporary',
    behavior: () => supervisor(children, policy),
  })
  given.system.run()
  const begun = notes.splice(0)
  return { ...given, notes, begun, top }
}

const up = (...ids: string[]) => ids.map((id) => `${id} starts`)
const down = (...ids: string[]) => ids.map((id) => `${id} ends: failure`)
const fault = ['b ends: fault']
const finish = ['b ends: finished']

// prettier-ignore
const endings: [Strategy, RestartType, Order, string[]][] = [
  // strategy,     all are,     b is told, and then
  ['one_for_one',  'permanent', 'crash',  [...fault, ...up('b')]],
  ['one_for_one',  'permanent', 'finish', [...finish, ...up('b')]],
  ['one_for_one',  'transient', 'crash',  [...fault, ...up('b')]],
  ['one_for_one',  'transient', 'finish', finish],
  ['one_for_one',  'temporary', 'crash',  fault],
  ['one_for_one',  'temporary', 'finish', finish],
  ['one_for_all',  'permanent', 'crash',  [...fault, ...down('c', 'a'), ...up('a', 'b', 'c')]],
  ['one_for_all',  'permanent', 'finish', [...finish, ...down('c', 'a'), ...up('a', 'b', 'c')]],
  ['one_for_all',  'transient', 'crash',  [...fault, ...down('c', 'a'), ...up('a', 'b', 'c')]],
  ['one_for_all',  'transient', 'finish', finish],
  ['one_for_all',  'temporary', 'crash',  fault],
  ['rest_for_one', 'permanent', 'crash',  [...fault, ...down('c'), ...up('b', 'c')]],
  ['rest_for_one', 'transient', 'crash',  [...fault, ...down('c'), ...up('b', 'c')]],
  ['rest_for_one', 'transient', 'finish', finish],
  ['rest_for_one', 'temporary', 'crash',  fault],
  ['dynamic',      'permanent', 'crash',  [...fault, ...up('b')]],
  ['dynamic',      'transient', 'finish', finish],
  ['dynamic',      'temporary', 'crash',  fault],
]

test.each(endings)('%s, %s: a child that is told to %s', (strategy, restart, what, expected) => {
  const { system, notes } = givenFamily({ strategy }, () => ({ restart }))

  order(system, 'b', what)

  expect(notes).toEqual(expected)
})

test('a temporary child that went down with a sibling is not started again', () => {
  const { system, notes } = givenFamily({ strategy: 'one_for_all' }, (id) => ({
    restart: id === 'c' ? 'temporary' : 'permanent',
  }))

  order(system, 'b', 'crash')

  expect(notes).toEqual([...fault, ...down('c', 'a'), ...up('a', 'b')])
})

test('children start one after the other, and stop in reverse', async () => {
  const { system, notes, begun } = givenFamily({})

  const stop = system.stop()
  system.run()
  await stop

  expect(begun).toEqual(up('a', 'b', 'c'))
  expect(notes).toEqual(['c ends: shutdown', 'b ends: shutdown', 'a ends: shutdown'])
})

test('restarts that are spread over time are never too many', () => {
  const { system, clock, notes } = givenFamily({ intensity: { max: 1, windowMs: 1_000 } })

  for (let i = 0; i < 5; i++) {
    order(system, 'a', 'crash')
    clock.advance(1_000)
  }

  expect(notes.filter((note) => note === 'a starts')).toHaveLength(5)
})

// prettier-ignore
const exceeded: [SupervisorOpts['onExceeded'], string, string[], string[]][] = [
  // onExceeded, the supervisor ends with,  outcomes,                      b and c
  ['stop',       'exceeded',               ['restarting', 'stopped'],      ['c ends: shutdown', 'b ends: shutdown']],
  ['escalate',   'fault',                  ['restarting', 'escalated', 'stopped'], ['c ends: failure', 'b ends: failure']],
  ['cooldown',   'nothing',                ['restarting', 'cooling-down'], []],
]

test.each(exceeded)(
  'after too many restarts, %s: the supervisor ends with %s',
  async (onExceeded, how, outcomes, others) => {
    const { system, notes, top, faults } = givenFamily({
      intensity: { max: 1, windowMs: 1_000 },
      onExceeded,
    })
    let ended = 'nothing'
    void system.whenEnded(top).then((ending) => {
      ended = ending.kind === 'fault' ? 'fault' : ending.reason
    })

    order(system, 'a', 'crash')
    order(system, 'a', 'crash')
    await system.settle()

    expect(ended).toBe(how)
    expect(faults.map(({ outcome }) => outcome)).toEqual(outcomes)
    expect(notes.filter((note) => !note.startsWith('a'))).toEqual(others)
  },
)

test('a child that cools down is started again afterwards, with a clean record', () => {
  const { system, clock, notes, faults } = givenFamily({
    intensity: { max: 1, windowMs: 1_000_000 },
    onExceeded: 'cooldown',
    cooldownMs: 5_000,
  })

  order(system, 'a', 'crash')
  order(system, 'a', 'crash')
  clock.advance(4_999)
  system.run()
  const before = [...notes]
  clock.advance(1)
  system.run()
  order(system, 'a', 'crash')

  const life = ['a starts', 'a ends: fault']
  expect(before).toEqual(['a ends: fault', ...life])
  expect(notes).toEqual(['a ends: fault', ...life, ...life, 'a starts'])
  expect(faults.map(({ outcome }) => outcome)).toEqual(['restarting', 'cooling-down', 'restarting'])
})

// prettier-ignore
const shutdowns: [NonNullable<SupervisorOpts['autoShutdown']>, string[], boolean][] = [
  ['never',           ['a', 'b'], false],
  ['any_significant', ['c'],      false],
  ['any_significant', ['a'],      true],
  ['all_significant', ['a'],      false],
  ['all_significant', ['a', 'b'], true],
]

test.each(shutdowns)(
  'autoShutdown %s, where a and b are significant: when %j finish',
  async (autoShutdown, ids, isOver) => {
    const { system, top } = givenFamily({ autoShutdown }, (id) => ({
      restart: 'transient',
      significant: id !== 'c',
    }))
    let isEnded = false
    void system.whenEnded(top).then(() => (isEnded = true))

    for (const id of ids) order(system, id, 'finish')
    await system.settle()

    expect(isEnded).toBe(isOver)
  },
)

test('a permanent child cannot be significant', () => {
  const { system } = givenSystem()
  const spec = worker('a', [], { significant: true })
  expect(() => system.spawn(spec)).toThrow('so its end cannot be significant')
})

test('a parent can be stopped between the attempts of a child that keeps failing', async () => {
  const { system, notes } = givenFamily({
    strategy: 'one_for_all',
    intensity: { max: Infinity, windowMs: 5_000 },
  })
  let attempts = 0
  const failing = system.spawn({
    id: 'failing',
    restart: 'temporary',
    behavior: () =>
      supervisor(
        [
          {
            id: 'never-up',
            behavior: () => {
              if (++attempts === 100) void system.stop()
              throw new Error('no')
            },
          },
        ],
        { strategy: 'one_for_all', intensity: { max: Infinity, windowMs: 1 }, onExceeded: 'stop' },
      ),
  })

  system.run()

  expect(attempts).toBe(100)
  await expect(system.whenEnded(failing)).resolves.toMatchObject({ reason: 'shutdown' })
  expect(notes).toContain('a ends: shutdown')
})

test('pauses grow from failure to failure, and messages told to the stable ref wait', () => {
  const { system, clock, events } = givenSystem()
  const notes: string[] = []
  const backoff = { initialMs: 100, factor: 2, maxMs: 300, jitter: 0.2, resetAfterMs: 10_000 }
  const ref = system.spawn(worker('w', notes, { backoff }))

  for (let i = 0; i < 4; i++) {
    ref.tell('crash')
    system.run()
    clock.advance(300)
    system.run()
  }
  ref.tell('hello')
  system.run()

  const pauses = events.flatMap((event) => (event.kind === 'restarting' ? [event.afterMs] : []))
  expect(pauses).toEqual([100, 200, 300, 300])
  expect(notes.at(-1)).toBe('w got hello')
})

test('what cannot be kept up at the top is given up, and reported', () => {
  const { system, faults } = givenSystem({
    supervision: {
      strategy: 'one_for_one',
      intensity: { max: 1, windowMs: 1_000 },
      onExceeded: 'escalate',
    },
  })
  const ref = system.spawn(worker('w', []))
  system.run()

  order(system, 'w', 'crash')
  order(system, 'w', 'crash')

  expect(faults.map(({ outcome }) => outcome)).toEqual(['restarting', 'escalated', 'given-up'])
  expect(ref.tell('anything')).toBe(false)
})

// prettier-ignore
const patience: [string, Parameters<typeof worker>[2], number, string][] = [
  ['brutal',          { shutdown: 'brutal' }, 0,     'killed'],
  ['until 100 ms',    { shutdown: 100 },      100,   'killed'],
  ['until 5 s',       {},                     5_000, 'killed'],
]

test.each(patience)('a child that will not stop is killed: %s', async (_, spec, ms, reason) => {
  const { system, clock } = givenSystem()
  const ref = system.spawn({
    id: 'stuck',
    behavior: () => ({ init: () => null, receive: () => new Promise<null>(() => {}) }),
    ...(spec as object),
  })
  ref.tell('go' as never)
  system.run()

  const stop = system.stop()
  clock.advance(ms)
  await stop

  await expect(system.whenEnded(ref)).resolves.toEqual({ kind: 'stopped', reason })
})
