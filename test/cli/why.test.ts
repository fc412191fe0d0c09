import { expect, test } from 'vitest'
import { commandLine } from './given.ts'

const at = (ms: number) => new Date(2026, 10, 23, 14, 2, 31, ms).toISOString()

const story = {
  subject: 'worker#0',
  headline: 'worker#0 is online since 14:02:31 (pid 41307)',
  lines: [
    { at: at(402), what: 'online', text: '21 ms after spawning', eventId: 'c' },
    {
      at: at(380),
      what: 'restarted',
      text: 'at once: first exit after a stable run of 52 s',
      eventId: 'b',
    },
    {
      at: at(377),
      what: 'exited',
      text: 'SIGKILL, sent by nobody we know · last line: "tick 51"',
      eventId: 'a',
    },
  ],
}

test('why tells how a service came to be as it is, newest first, by the clock at the wall', async () => {
  const { troupe } = commandLine({ answers: { why: () => ({ stories: [story] }) } })

  const { code, out, asked } = await troupe('why', 'worker')

  expect(out).toBe(`worker#0 is online since 14:02:31 (pid 41307)
  14:02:31.402  online     21 ms after spawning
  14:02:31.380  restarted  at once: first exit after a stable run of 52 s
  14:02:31.377  exited     SIGKILL, sent by nobody we know · last line: "tick 51"
`)
  expect(code).toBe(0)
  expect(asked).toEqual([{ op: 'why', services: [{ name: 'worker' }], args: {} }])
})

test('what happened on another day has its date before it', async () => {
  const { troupe } = commandLine({
    answers: { why: () => ({ stories: [story] }) },
    now: new Date(2026, 10, 24, 9),
  })

  const { out } = await troupe('why', 'worker')

  expect(out).toContain('  2026-11-23 14:02:31.377  exited')
})

test('without a name, why tells of every service', async () => {
  const { troupe } = commandLine({ answers: { why: () => ({ stories: [story, story] }) } })

  const { out, asked } = await troupe('why')

  expect(asked[0]?.services).toEqual([{ name: 'all' }])
  expect(out.split('\n\n')).toHaveLength(2)
})
