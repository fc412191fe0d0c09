import { expect, test } from 'vitest'
import { authorise, defaultMode, type Mode } from '../../src/fleet/authorise.ts'
import type { Issuer } from '../../src/protocol/command.ts'
import { type Op, operations, opNames } from '../../src/protocol/operations.ts'

const local: Issuer = { kind: 'local', name: 'root' }
const unsigned: Issuer = { kind: 'unsigned', name: 'redis-cli' }
const anna: Issuer = { kind: 'signed', name: 'anna', kid: 'k1' }

interface Given {
  readonly mode: Mode
  readonly issuer: Issuer
  readonly op: Op
  readonly names?: readonly string[]
  readonly channel?: string
}

function ask({ mode, issuer, op, names = [], channel = 'troupe:main:cmd:svc:worker' }: Given) {
  const services = names.map((name) => ({ name }))
  const command = { id: 'r1', op, services, args: {}, claimedBy: issuer.name }
  return authorise({ mode, issuer, command, ns: 'main', channel })
}

// prettier-ignore
const decisions: [Mode, Issuer, Op, string | undefined][] = [
  ['open',   unsigned, 'status',  undefined],
  ['open',   unsigned, 'restart', undefined],
  ['open',   unsigned, 'kill',    'forbidden'],
  ['mixed',  unsigned, 'status',  undefined],
  ['mixed',  unsigned, 'restart', 'unsigned'],
  ['mixed',  unsigned, 'kill',    'forbidden'],
  ['strict', unsigned, 'status',  'unsigned'],
  ['strict', unsigned, 'restart', 'unsigned'],
  ['strict', anna,     'status',  undefined],
  ['strict', anna,     'restart', undefined],
  ['strict', anna,     'kill',    'forbidden'],
  ['strict', anna,     'declare', 'forbidden'],
  ['strict', local,    'restart', undefined],
  ['strict', local,    'kill',    undefined],
]

test.each(decisions)('in %s, to %j, %s is: %s', (mode, issuer, op, reason) => {
  expect(ask({ mode, issuer, op })?.reason).toBe(reason)
})

test('nothing that is done on the host itself comes over Redis, whoever asks', () => {
  const own = opNames.filter((op) => operations[op].isLocal)
  const passed = own.filter((op) =>
    [unsigned, anna].some((issuer) => ask({ mode: 'open', issuer, op }) === undefined),
  )
  expect(passed).toEqual([])
})

// prettier-ignore
const advice: [string[], string, string][] = [
  [['worker'],     'troupe:main:cmd:svc:worker', 'troupe sign restart worker | redis-cli -x PUBLISH troupe:main:cmd:svc:worker'],
  [['a', 'b'],     'troupe:main:cmd:all',        'troupe sign restart a b --channel troupe:main:cmd:all | redis-cli -x PUBLISH troupe:main:cmd:all'],
  [["$(rm -rf '/')"], 'troupe:main:cmd:all',     String.raw`troupe sign restart '$(rm -rf '\''/'\'')' --channel troupe:main:cmd:all | redis-cli -x PUBLISH troupe:main:cmd:all`],
]

test.each(advice)('a refusal of %j on %s says how to sign', (names, channel, line) => {
  expect(ask({ mode: 'strict', issuer: unsigned, op: 'restart', names, channel })?.message).toBe(
    `restart is not signed, and in main nothing may be unsigned; run: ${line}`,
  )
})

// prettier-ignore
const urls: [string | undefined, Mode][] = [
  [undefined,                              'open'],
  ['redis://127.0.0.1:6379',               'open'],
  ['redis://user:pw@127.8.0.1/2',          'open'],
  ['redis://localhost',                    'open'],
  ['rediss://LOCALHOST:1',                 'open'],
  ['redis://[::1]:6379',                   'open'],
  ['unix:///run/redis.sock',               'open'],
  ['redis://10.0.0.1:6379',                'strict'],
  ['redis://127.0.0.1.example.com',        'strict'],
  ['redis://localhost.example.com',        'strict'],
  ['redis://localhost@example.com',        'strict'],
  ['redis://0.0.0.0',                      'strict'],
  ['redis://redis',                        'strict'],
  ['nonsense',                             'strict'],
]

test.each(urls)('with Redis at %s a namespace is %s', (url, mode) => {
  expect(defaultMode(url)).toBe(mode)
})
