import { expect, test } from 'vitest'
import { KnownSources } from '../../../src/manager/source/known-sources.ts'
import type { SourceView } from '../../../src/protocol/views.ts'
import { FakeClock } from '../../../src/testing/fake-clock.ts'
import { sourceWith, srv } from './given.ts'

type Look = () => Promise<SourceView>

/** Places whose trees are looked at as told, and how often that was. */
function knowing(look: Look) {
  const clock = new FakeClock()
  const looks: string[] = []
  const never = () => Promise.reject(new Error('nobody asked for that'))
  const known = new KnownSources(clock, ({ cwd }) => ({
    look: () => {
      looks.push(cwd)
      return look()
    },
    fetch: never,
    find: never,
    isWithin: never,
    move: never,
    restore: never,
    keep: never,
  }))
  return { clock, known, looks }
}

test('services of one directory are looked up once, and again a moment later', async () => {
  const { clock, known, looks } = knowing(async () => sourceWith())

  const [one, other] = await Promise.all([known.of(srv), known.of({ ...srv, env: { A: '1' } })])
  await known.of(srv)
  expect([one, other]).toEqual([sourceWith(), sourceWith()])
  expect(looks).toEqual(['/srv'])

  clock.advance(3_000)
  await known.of(srv)
  expect(looks).toEqual(['/srv', '/srv'])
})

test('what an update made of the source is seen at once', async () => {
  const { known, looks } = knowing(async () => sourceWith())

  await known.of(srv)
  known.forget()
  await known.of(srv)

  expect(looks).toHaveLength(2)
})

test('where git fails nobody fails', async () => {
  const { known } = knowing(() => Promise.reject(new Error('no git here')))

  expect(await known.of(srv)).toBeUndefined()
})

test('nobody waits long for git, and what it says in the end is known', async () => {
  let answer: (source: SourceView) => void = () => {}
  const { clock, known, looks } = knowing(() => new Promise((resolve) => (answer = resolve)))

  const late = known.of(srv)
  clock.advance(1_500)
  expect(await late).toBeUndefined()

  answer(sourceWith())
  expect(await known.of(srv)).toEqual(sourceWith())
  expect(looks).toHaveLength(1)
})

test('no more than four repositories are looked at together', async () => {
  const answers: (() => void)[] = []
  const { known, looks } = knowing(
    () => new Promise((resolve) => answers.push(() => resolve(sourceWith()))),
  )

  const all = ['a', 'b', 'c', 'd', 'e'].map((cwd) => known.of({ ...srv, cwd }))
  await Promise.resolve().then(() => {})
  expect(looks).toEqual(['a', 'b', 'c', 'd'])

  answers[0]?.()
  await all[0]
  await Promise.resolve().then(() => {})
  answers.forEach((each) => each())
  await all[3]
  expect(looks).toEqual(['a', 'b', 'c', 'd', 'e'])
})
