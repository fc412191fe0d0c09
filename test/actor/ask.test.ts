import { expect, test } from 'vitest'
import { same, type AskResult, type Ref } from '../../src/actor/index.ts'
import { actor, givenSystem, order, worker } from './given.ts'

interface Question {
  readonly what: 'answer' | 'keep' | 'crash'
  readonly reply: Ref<string>
}

function givenAsked() {
  const given = givenSystem()
  const kept: Ref<string>[] = []
  const asked = given.system.spawn(
    actor<Question>(
      'asked',
      (_, { what, reply }) => {
        if (what === 'crash') throw new Error('broken')
        if (what === 'keep') kept.push(reply)
        else reply.tell('yes')
        return same
      },
      { mailbox: { capacity: 2 } },
    ),
  )
  given.system.run()
  const ask = (what: Question['what'], signal?: AbortSignal) =>
    given.system.ask(asked, (reply: Ref<string>) => ({ what, reply }), {
      timeoutMs: 1_000,
      ...(signal && { signal }),
    })
  return { ...given, asked, kept, ask }
}

const failed = (error: string) => ({ kind: 'failed', error })

test('an answer settles the question and takes its timer back', async () => {
  const { system, clock, ask } = givenAsked()

  const answer = ask('answer')
  system.run()

  await expect(answer).resolves.toEqual({ kind: 'ok', value: 'yes' })
  expect(clock.armed).toBe(0)
})

test('without an answer in time it fails, and a late answer is a dead letter', async () => {
  const { system, clock, ask, kept } = givenAsked()

  const answer = ask('keep')
  system.run()
  clock.advance(1_000)
  const isTaken = kept[0]?.tell('too late')

  await expect(answer).resolves.toEqual(failed('timeout'))
  expect(isTaken).toBe(false)
  expect(system.deadLetters['late-reply']).toBe(1)
})

test('a question that was given up before its turn is never received', async () => {
  const { system, clock, ask, kept } = givenAsked()

  const answer = ask('keep')
  clock.advance(1_000)
  system.run()

  await expect(answer).resolves.toEqual(failed('timeout'))
  expect(kept).toEqual([])
  expect(system.deadLetters.expired).toBe(1)
})

test('it fails fast when the actor fails before it has answered', async () => {
  const { system, clock, ask } = givenAsked()

  const answers = Promise.all([ask('keep'), ask('crash')])
  system.run()

  await expect(answers).resolves.toEqual([failed('terminated'), failed('terminated')])
  expect(clock.armed).toBe(0)
})

test('it fails fast when the actor had ended before', async () => {
  const { system, ask } = givenAsked()
  void system.stop()
  system.run()
  await expect(ask('answer')).resolves.toEqual(failed('terminated'))
})

test('it fails fast when the mailbox is full', async () => {
  const { ask } = givenAsked()
  void ask('keep')
  void ask('keep')
  await expect(ask('keep')).resolves.toEqual(failed('mailbox-full'))
})

test('it fails at once when the caller gives up', async () => {
  const { clock, ask } = givenAsked()
  const abort = new AbortController()

  const answer = ask('keep', abort.signal)
  abort.abort()

  await expect(answer).resolves.toEqual(failed('aborted'))
  await expect(ask('keep', abort.signal)).resolves.toEqual(failed('aborted'))
  expect(clock.armed).toBe(0)
})

test('it fails with stale when an exact ref names an incarnation of the past', async () => {
  const { system } = givenSystem()
  const selves: Ref<unknown>[] = []
  system.spawn({
    id: 'failing',
    behavior: () => ({
      init: (ctx) => selves.push(ctx.self),
      receive() {
        throw new Error('broken')
      },
    }),
  })
  system.run()

  selves[0]?.tell('crash')
  system.run()
  const [old] = selves
  const answer: Promise<AskResult<string>> | undefined =
    old && system.ask(old, (reply: Ref<string>) => ({ reply }), { timeoutMs: 1_000 })

  await expect(answer).resolves.toEqual(failed('stale'))
  expect(selves.map(({ uid }) => uid)).toEqual([...new Set(selves.map(({ uid }) => uid))])
})

test('without a finite timeout nothing is asked', () => {
  const { system, asked } = givenAsked()
  const ask = () =>
    system.ask(asked, (reply: Ref<string>) => ({ what: 'keep', reply }) as const, {
      timeoutMs: Infinity,
    })
  expect(ask).toThrow('without a finite timeoutMs')
})

test('a message to an incarnation of the past never reaches its successor', () => {
  const { system } = givenSystem()
  const notes: string[] = []
  const stable = system.spawn(worker('w', notes))
  system.run()

  stable.tell('crash')
  stable.tell('to the place')
  order(system, 'w', 'to the incarnation')

  expect(notes).toEqual(['w starts', 'w ends: fault', 'w starts', 'w got to the place'])
  expect(system.deadLetters.stale).toBe(1)
})
