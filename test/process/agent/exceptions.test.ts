import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { watchExceptions } from '../../../src/process/agent/exceptions.ts'
import type { AgentWord } from '../../../src/process/agent/words.ts'

function given() {
  const words: AgentWord[] = []
  // Only events are used of it.
  const service = new EventEmitter() as unknown as NodeJS.Process
  watchExceptions(service, (word) => words.push(word))
  const raise = (thrown: unknown) =>
    (service as EventEmitter).emit('uncaughtExceptionMonitor', thrown, 'uncaughtException')
  return { service, words, raise }
}

const report = (data: object) => [{ kind: 'message', data: { type: 'process:exception', data } }]

test('an error that nobody catches is said', () => {
  const { words, raise } = given()
  const error = new TypeError('no such apple')

  raise(error)

  expect(words).toEqual(report({ name: 'TypeError', message: 'no such apple', stack: error.stack }))
})

test.each([
  ['a text', 'oh no', { name: 'Error', message: 'oh no', stack: 'oh no' }],
  ['nothing', undefined, { name: 'Error', message: 'undefined', stack: 'undefined' }],
  [
    'half an error',
    { message: 7, stack: 's' },
    { name: 'Error', message: '[object Object]', stack: 's' },
  ],
])('%s that is thrown is said as well as it can be', (_, thrown, data) => {
  const { words, raise } = given()

  raise(thrown)

  expect(words).toEqual(report(data))
})

test('a service that catches errors itself is left to say them itself', () => {
  const { service, words, raise } = given()
  service.on('uncaughtException', () => {})

  raise(new Error('caught'))

  expect(words).toEqual([])
})

test('what cannot be said harms nobody, and long texts are cut', () => {
  const { words, raise } = given()

  raise({
    get message() {
      throw new Error('worse')
    },
  })
  raise({ message: 'x'.repeat(10_000) })

  expect(words).toMatchObject(report({ message: 'x'.repeat(4_000) }))
})
