import { expect, test } from 'vitest'
import type { ActionReply } from '../../src/protocol/answers.ts'
import { commandLine, detailWith, serviceWith } from './given.ts'

const asked = { service: 'api', namespace: 'default', action: 'greet' } as const
const answered: ActionReply = {
  ...asked,
  id: 3,
  slot: 0,
  kind: 'answered',
  at: 1,
  return: { hello: 'you' },
}
const silent: ActionReply = {
  ...asked,
  id: 4,
  slot: 1,
  kind: 'silent',
  why: 'nothing of it listens',
}

const before = (...replies: readonly ActionReply[]) =>
  commandLine({ answers: { trigger: () => ({ replies }) } })

test('trigger prints the answer of each process as PM2 does', async () => {
  const { troupe } = before(answered, { ...answered, id: 4, return: null })
  const words = ['api', 'greet', '5', '--deadline', '10s']

  const { out, code, asked } = await troupe('trigger', ...words)

  expect(out).toBe('[api:3:default]={"hello":"you"}\n[api:4:default]=null\n')
  expect(code).toBe(0)
  // A text, as PM2 passes it.
  expect(asked).toEqual([
    {
      op: 'trigger',
      services: [{ name: 'api' }],
      args: { action: 'greet', params: '5', deadline: '10s' },
    },
  ])
})

test('trigger says who was silent and why, and exits with 1', async () => {
  const { out, err, code } = await before(answered, silent).troupe('trigger', 'api', 'greet')

  expect(out).toBe('[api:3:default]={"hello":"you"}\n')
  expect(err).toBe('✗ [api:4:default] nothing of it listens\n')
  expect(code).toBe(1)
})

test('trigger --json prints all of it', async () => {
  const { out, code } = await before(silent).troupe('trigger', 'api', 'greet', '--json')

  expect(JSON.parse(out)).toEqual({ replies: [silent] })
  expect(code).toBe(1)
})

test('describe shows what can be triggered and what is measured, in a line each', async () => {
  const instruments = {
    actions: [
      { name: 'greet', type: 'custom' },
      { name: 'km:heapdump', type: 'internal' },
    ],
    metrics: {
      users: { value: 42, unit: 'people' },
      odd: { value: 'a\u001B[2J\nb' },
      none: { value: undefined },
    },
    options: {},
  }
  const services = [serviceWith({ instances: [detailWith({ instruments })] })]
  const { troupe } = commandLine({ answers: { describe: () => ({ services }) } })

  const { out } = await troupe('describe', 'worker')

  expect(out).toMatch(/ {2}actions\n {4}greet\n {4}km:heapdump +internal\n/)
  expect(out).toMatch(/ {2}metrics\n {4}users +42 people\n {4}odd +a \[2J b\n {4}none\n/)
})
