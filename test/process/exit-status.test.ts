import { expect, test } from 'vitest'
import { type Exit } from '../../src/base/exit.ts'
import { exitOf, parseStatus } from '../../src/process/exit-status.ts'

const statuses: [status: number, exit: Exit][] = [
  [0, { code: 0 }],
  [1, { code: 1 }],
  [126, { code: 126 }],
  [127, { code: 127 }],
  [128, { code: 128 }],
  [130, { signal: 'SIGINT' }],
  [134, { signal: 'SIGABRT' }],
  [137, { signal: 'SIGKILL' }],
  [139, { signal: 'SIGSEGV' }],
  [143, { signal: 'SIGTERM' }],
  [200, { code: 200 }],
  [255, { code: 255 }],
]

test.each(statuses)('a shell that reports %i means %j', (status, exit) => {
  expect(exitOf(status)).toEqual(exit)
})

test.each(['', '1', '13', 'x\n', '\n'])('%j is not a finished exit file', (text) => {
  expect(parseStatus(text)).toBeUndefined()
})

test('a finished exit file ends with its line', () => {
  expect(parseStatus('137\n')).toEqual({ signal: 'SIGKILL' })
})
