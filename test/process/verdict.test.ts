import { expect, test } from 'vitest'
import { type Evidence, judge } from '../../src/process/verdict.ts'
import { identityOf, record } from './given.ts'

const main = identityOf(42)
const exitNote = { exit: { code: 7 }, at: new Date(1_000) }

const nothing: Evidence = {
  record,
  isThisBoot: true,
  exitNote: undefined,
  main: undefined,
  isMainAlive: false,
  isGuardNoted: false,
  isGuardAlive: false,
  now: new Date(5_000),
}
const guarded = { isGuardNoted: true, isGuardAlive: true }
const living = { main, isMainAlive: true }

const cases: [what: string, seen: Partial<Evidence>, kind: string][] = [
  ['nothing but an intent', {}, 'unstarted'],
  ['a guard that has written nothing yet', { isGuardAlive: true }, 'moving'],
  ['a guard about to start its process', guarded, 'moving'],
  ['a guard and its process', { ...guarded, ...living }, 'alive'],
  ['a process that lost its guard', { isGuardNoted: true, ...living }, 'alive'],
  ['a guard about to note the end', { ...guarded, main }, 'moving'],
  ['an exit note', { isGuardNoted: true, main, exitNote }, 'exited'],
  ['an exit note of a guard not yet gone', { ...guarded, main, exitNote }, 'exited'],
  ['a process that is gone, and its guard too', { isGuardNoted: true, main }, 'exited'],
  ['a guard that died before its process was', { isGuardNoted: true }, 'exited'],
  ['anything of an earlier boot', { main, exitNote, isThisBoot: false }, 'rebooted'],
]

test.each(cases)('%s means what it looks like', (_, seen, kind) => {
  expect(judge({ ...nothing, ...seen }).kind).toBe(kind)
})

test('the status and the time of an end are those that the guard wrote', () => {
  expect(judge({ ...nothing, main, exitNote })).toEqual({ kind: 'exited', record, ...exitNote })
})

test('an end that nobody wrote down is unknown, and dated by who found it', () => {
  expect(judge({ ...nothing, main })).toEqual({
    kind: 'exited',
    record,
    exit: { unknown: true },
    at: new Date(5_000),
  })
})
