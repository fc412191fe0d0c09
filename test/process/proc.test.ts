import { expect, test } from 'vitest'
import { parseIdentity } from '../../src/process/identity.ts'
import { parseStat, variableIn } from '../../src/process/proc.ts'

/** A stat line whose 22nd field, the start, is 271474. */
const statOf = (pid: number, command: string): string =>
  `${pid} (${command}) S 1 7 7 0 -1 4194304 163 0 0 0 0 0 0 0 20 0 1 0 271474 2654208 391`

const commands = ['node', 'my app', 'a) R 1 2', '((()', '', 'tab\there']

test.each(commands)(
  'the command %j does not shift the other fields of its stat line',
  (command) => {
    expect(parseStat(statOf(42, command))).toEqual({
      pid: 42,
      command,
      state: 'S',
      startTicks: 271474,
    })
  },
)

const notStats = ['', '42', '42 (node', ') 42 (', '42 (node) S 1 7', 'x (node) S']

test.each(notStats)('%j is not a stat line', (line) => {
  expect(parseStat(line)).toBeUndefined()
})

test('an identity is what a process read in its own stat line', () => {
  expect(parseIdentity(`${statOf(42, 'sh')}\n`, 'boot')).toEqual({
    bootId: 'boot',
    pid: 42,
    startTicks: 271474,
  })
})

test.each(['', '42\n', statOf(42, 'sh').slice(0, 40)])(
  '%j, half written, is no identity',
  (note) => {
    expect(parseIdentity(note, 'boot')).toBeUndefined()
  },
)

const environments: [entries: string[], value: string | undefined][] = [
  [['KEY=first', 'B=2'], 'first'],
  [['A=1', 'KEY=last'], 'last'],
  [['A=1', 'KEY=', 'B=2'], ''],
  [['A=1', 'KEY=a=b', 'B=2'], 'a=b'],
  [['MONKEY=1', 'KEYS=2'], undefined],
  [['A=KEY=inside'], undefined],
  [['KEY'], undefined],
  [[], undefined],
]

test.each(environments)('in the environment %j the variable KEY is %j', (entries, value) => {
  expect(variableIn(Buffer.from(entries.map((entry) => `${entry}\0`).join('')), 'KEY')).toBe(value)
})
