import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { installIpc } from '../../../src/process/agent/ipc.ts'
import { type AgentWord } from '../../../src/process/agent/words.ts'

/** A process that has only what the channel touches. */
function given() {
  const words: AgentWord[] = []
  const state = { isWanted: false, isClosed: false }
  // Only events are used of it, and what is installed.
  const service = new EventEmitter() as unknown as NodeJS.Process
  installIpc(service, {
    say: (word) => words.push(word),
    want: (isWanted) => (state.isWanted = isWanted),
    close: () => (state.isClosed = true),
  })
  const send = service.send?.bind(service) as (...of: readonly unknown[]) => boolean
  return { service, send, words, state }
}

test('what is sent is said, and "ready" is a word of its own', () => {
  const { send, words } = given()

  expect(send('ready')).toBe(true)
  send({ type: 'ready' })
  send(null)

  expect(words).toEqual([
    { kind: 'ready' },
    { kind: 'message', data: { type: 'ready' } },
    { kind: 'message', data: null },
  ])
})

test('a callback is called after the call, wherever it stands', async () => {
  const { send } = given()
  const told: unknown[] = []

  const all = [[], [undefined], [undefined, {}]].map(
    (rest, n) =>
      new Promise((resolve) => send(n, ...rest, (error: unknown) => resolve(told.push(error)))),
  )

  expect(told).toEqual([])
  await Promise.all(all)
  expect(told).toEqual([null, null, null])
})

test.each([
  ['nothing', undefined, 'ERR_MISSING_ARGS'],
  ['a function', () => {}, 'ERR_INVALID_ARG_TYPE'],
  ['a symbol', Symbol('s'), 'ERR_INVALID_ARG_TYPE'],
])('%s cannot be sent, as in Node', (_, message, code) => {
  expect(() => given().send(message)).toThrow(expect.objectContaining({ code }))
})

test('a handle cannot be sent, and only who asks hears of it', async () => {
  const { send, words } = given()

  expect(send('x', { a: 'socket' })).toBe(false)
  const error = await new Promise((resolve) => send('x', { a: 'socket' }, resolve))

  expect(error).toMatchObject({ code: 'ERR_INVALID_HANDLE_TYPE' })
  expect(words).toEqual([])
})

test('the process is held while it listens, as Node would hold it', () => {
  const { service, state } = given()
  const listener = (): void => {}

  service.on('SIGHUP', listener)
  expect(state.isWanted).toBe(false)
  service.on('message', listener)
  service.once('disconnect', listener)
  expect(state.isWanted).toBe(true)
  service.off('message', listener)
  expect(state.isWanted).toBe(true)
  service.off('disconnect', listener)

  expect(state.isWanted).toBe(false)
})

test('after it disconnected nothing is said any more, and nothing is raised', async () => {
  const { service, send, words, state } = given()
  const disconnected = new Promise((resolve) => service.once('disconnect', () => resolve('heard')))

  service.disconnect()
  service.disconnect()

  expect(service.connected).toBe(false)
  expect(state.isClosed).toBe(true)
  expect(await disconnected).toBe('heard')
  expect(send('late')).toBe(false)
  expect(words).toEqual([])
})
