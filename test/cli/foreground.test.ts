import { expect, test } from 'vitest'
import type { Exit } from '../../src/base/exit.ts'
import { endingOf } from '../../src/cli/foreground/ending.ts'
import { MergedLogs } from '../../src/cli/foreground/merged-logs.ts'
import type { LogLine } from '../../src/protocol/answers.ts'
import type { ExitClass, InstanceState, InstanceView } from '../../src/protocol/views.ts'
import { commandLine, instanceWith } from './given.ts'

interface End {
  readonly exit?: Exit
  readonly state?: InstanceState
  readonly kind?: ExitClass
  readonly at?: number
}

function ended(service: string, { exit, state = 'stopped', kind = 'failure', at = 0 }: End) {
  const lastExit = exit && {
    at,
    slot: 0,
    exit,
    class: kind,
    uptimeMs: 1,
    observedLate: false,
    lastLogLines: [],
  }
  return instanceWith({ service, state, desired: 'down', ...(lastExit ? { lastExit } : {}) })
}

function codeOf(views: readonly InstanceView[], isAsked = false): number | undefined {
  return endingOf(views, { standing: new Set(['job']), isAsked })?.code
}

const well: End = { exit: { code: 0 }, kind: 'success' }
const told: End = { exit: { signal: 'SIGINT' }, kind: 'commanded' }

test.each([
  ['its code', [ended('a', { exit: { code: 7 } })], false, 7],
  ['success', [ended('a', well)], false, 0],
  ['128 and its signal', [ended('a', { exit: { signal: 'SIGSEGV' } })], false, 139],
  ['the signal that stopped it', [ended('a', told)], true, 130],
  ['its own code after the stop', [ended('a', { exit: { code: 3 }, kind: 'commanded' })], true, 3],
  ['1 where nobody saw the end', [ended('a', { exit: { unknown: true } })], false, 1],
  ['1 for one that was given up', [ended('a', { ...well, state: 'errored' })], false, 1],
  ['1 for one that never ran', [ended('a', { state: 'errored' })], false, 1],
  ['0 for one that was not to start', [ended('a', {})], false, 0],
])('the exit code of one instance is %s', (_, views, isAsked, expected) => {
  expect(codeOf(views, isAsked)).toBe(expected)
})

test.each([
  ['all ended well', [ended('a', well), ended('b', well)], false, 0],
  ['all ended as they were told', [ended('a', told), ended('b', told)], true, 0],
  ['one died of the same signal unasked', [ended('a', well), ended('b', told)], false, 130],
  [
    'one had to be killed',
    [ended('a', told), ended('b', { exit: { signal: 'SIGKILL' }, kind: 'commanded' })],
    true,
    137,
  ],
  [
    'two failed, the second one first',
    [ended('a', { exit: { code: 5 }, at: 20 }), ended('b', { exit: { code: 6 }, at: 10 })],
    false,
    6,
  ],
])('of several services where %s', (_, views, isAsked, expected) => {
  expect(codeOf(views, isAsked)).toBe(expected)
})

test.each([
  ['one still runs', [ended('a', well), instanceWith({ service: 'b' })], false],
  ['one is about to start again', [ended('a', { ...well, state: 'backoff' })], false],
  ['the clock starts one again', [ended('job', well)], false],
  ['one still stops', [ended('a', { ...told, state: 'stopping' })], true],
])('it goes on while %s', (_, views, isAsked) => {
  expect(codeOf(views, isAsked)).toBe(undefined)
})

test('what the clock would start again ends when it is told to', () => {
  expect(codeOf([ended('job', well)], true)).toBe(0)
})

const line: LogLine = { service: 'web', slot: 1, stream: 'out', line: 'hello', mark: 'm' }

test.each([
  ['one service speaks for itself', {}, 'hello\n'],
  ['several say who they are', { hasNames: true }, 'web | hello\n'],
  ['and which instance', { hasNames: true, numbered: new Set(['web']) }, 'web#1 | hello\n'],
  [
    'programs get JSON',
    { isJson: true },
    '{"service":"web","slot":1,"stream":"out","line":"hello"}\n',
  ],
])('%s', (_, look, expected) => {
  const { screen } = commandLine()
  const logs = new MergedLogs({
    screen,
    isJson: false,
    hasNames: false,
    numbered: new Set(),
    ...look,
  })

  logs.print(line)
  logs.print({ ...line, stream: 'err', mark: 'n' })

  expect(screen.held().out).toBe(expected)
  expect(screen.held().err).not.toBe('')
  expect(logs.marks).toEqual(['m', 'n'])
})
