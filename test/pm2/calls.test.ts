import { expect, test } from 'vitest'
import { Calls, split } from '../../src/pm2/calls.ts'

/** Resolves with what a callback is given. */
function called<T>(begin: (done: (error: unknown, result?: T) => void) => void) {
  return new Promise<readonly unknown[]>((resolve) => {
    begin((error, result) => resolve([error, result]))
  })
}

test('calls run in order, whoever of them fails', async () => {
  const calls = new Calls()
  const ran: string[] = []

  const first = called<string>((done) =>
    calls.run(async () => {
      await new Promise(setImmediate)
      ran.push('first')
      throw new Error('no')
    }, done),
  )
  const second = called<string>((done) =>
    calls.run(async () => {
      ran.push('second')
      return 'yes'
    }, done),
  )

  expect(await Promise.all([first, second])).toEqual([
    [new Error('no'), undefined],
    [null, 'yes'],
  ])
  expect(ran).toEqual(['first', 'second'])
})

test('nobody has to listen', async () => {
  const calls = new Calls()
  calls.run(() => Promise.reject(new Error('unheard')), undefined)

  expect(await called((done) => calls.run(async () => 'next', done))).toEqual([null, 'next'])
})

test('the callback is whatever function stands last', () => {
  const done = (): void => {}

  expect(split([{ a: 1 }, done])).toEqual({ options: [{ a: 1 }], done })
  expect(split([done])).toEqual({ options: [], done })
  expect(split(['x'])).toEqual({ options: ['x'], done: undefined })
})
