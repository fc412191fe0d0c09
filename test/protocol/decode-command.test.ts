import { CloudEvent, ValidationError } from 'cloudevents'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCommand, type Decoded } from '../../src/protocol/decode-command.ts'
import { encodeCommand } from '../../src/protocol/encode-command.ts'
import { limits } from '../../src/protocol/limits.ts'
import { opNames } from '../../src/protocol/operations.ts'

const all = 'troupe:main:cmd:all'

const decode = (raw: string, channel = all) => decodeCommand('main', channel, raw)
const json = (members: object) =>
  decode(JSON.stringify({ specversion: '1.0', id: 'r1', data: { op: 'restart' }, ...members }))
const reasonOf = (decoded: Decoded) =>
  decoded.kind === 'rejected' ? decoded.rejection.reason : decoded.kind

describe('the two spellings', () => {
  const command = {
    id: 'r1',
    op: 'restart',
    services: [{ name: 'api', slot: 1 }, { name: 'My App' }],
    args: { grace: '5s' },
    claimedBy: 'anna',
    replyTo: 'troupe:main:re:anna',
  }

  test('of one command mean the same', () => {
    const shorthand = decode(
      'restart api#1 "My App" grace=5s id=r1 by=anna replyto=troupe:main:re:anna',
    )
    const spelledOut = json({
      source: 'op:anna',
      replyto: 'troupe:main:re:anna',
      data: {
        op: 'restart',
        args: { grace: '5s' },
        target: { services: ['api#1', { name: 'My App' }] },
      },
    })

    expect(shorthand).toMatchObject({ kind: 'command', command, isSigned: false })
    expect(spelledOut).toMatchObject({ kind: 'command', command, isSigned: false })
  })

  test('read the same parameters', () => {
    const args = { lines: 20, follow: true, streams: ['out', 'err'] }
    const shorthand = decode('logs api lines=20 follow=true streams=out,err')
    const spelledOut = json({ data: { op: 'logs', args } })

    expect(shorthand).toMatchObject({ command: { args } })
    expect(spelledOut).toMatchObject({ command: { args } })
  })

  test('who does not say a name is the carrier’s', () => {
    expect(decode('restart')).toMatchObject({ command: { id: undefined, claimedBy: 'redis-cli' } })
    expect(decodeCommand('main', all, 'restart', { sender: 'local' })).toMatchObject({
      command: { claimedBy: 'local' },
    })
  })

  test('a name is one short line', () => {
    const source = `op:anna\n\u001b[31m${'a'.repeat(100)}`
    expect(json({ source })).toMatchObject({
      command: { claimedBy: `anna[31m${'a'.repeat(54)}` },
    })
  })
})

describe('a command in JSON', () => {
  test('is what a client encodes, and a CloudEvent for everybody else', () => {
    const raw = encodeCommand({
      id: 'r1',
      op: 'stop',
      services: [{ name: 'api', slot: 0 }],
      args: { grace: '5s' },
      by: 'anna',
      at: new Date(1_000),
      hosts: { hosts: ['web-*'], labels: { zone: ['a', 'b'] } },
      replyTo: 'troupe:main:re:anna',
      expiresAt: new Date(9_000),
    })

    expect(() => new CloudEvent(JSON.parse(raw)).validate()).not.toThrow(ValidationError)
    expect(decode(raw)).toEqual({
      kind: 'command',
      address: { kind: 'all' },
      isSigned: false,
      command: {
        id: 'r1',
        op: 'stop',
        services: [{ name: 'api', slot: 0 }],
        args: { grace: '5s' },
        claimedBy: 'anna',
        hosts: { hosts: ['web-*'], labels: { zone: ['a', 'b'] } },
        replyTo: 'troupe:main:re:anna',
        sentAt: 1_000,
        expiresAt: 9_000,
      },
    })
  })

  test('may hold more than is known here', () => {
    const decoded = json({ tracestate: 'x', data: { op: 'restart', args: { newer: 1 }, more: [] } })
    expect(decoded).toMatchObject({ kind: 'command', command: { op: 'restart', args: {} } })
  })

  test('takes labels of one value or of several', () => {
    const labels = { zone: ['a', 'b'], canary: true, rack: 7 }
    expect(json({ data: { op: 'ping', target: { labels } } })).toMatchObject({
      command: { hosts: { labels: { zone: ['a', 'b'], canary: ['true'], rack: ['7'] } } },
    })
  })

  test('that is wrong in several places is told all of them, and answered where it wanted', () => {
    const decoded = json({
      replyto: 'troupe:main:re:anna',
      time: 'yesterday',
      data: { op: 'restart', args: [], target: { services: [3], percent: 5 } },
    })

    expect(decoded).toMatchObject({ id: 'r1', replyTo: 'troupe:main:re:anna' })
    expect(decoded.kind === 'rejected' && decoded.rejection.message).toBe(
      'the command cannot be used: ' +
        'time: expected an RFC 3339 time, got "yesterday"; ' +
        'data.args: expected an object, got []; ' +
        'data.target.services: expected a list of names or {"name": …, "slot": …}, got [3]; ' +
        'data.target.percent: expected nothing: a share of the hosts cannot be asked for yet, got 5',
    )
  })
})

// prettier-ignore
const refused: [string, () => Decoded, string][] = [
  ['no JSON',                           () => decode('{bad json'),                                   'bad_message'],
  ['JSON without an id',                () => json({ id: undefined }),                               'bad_message'],
  ['an id that breaks a key',           () => json({ id: 'two words' }),                             'bad_message'],
  ['JSON without data',                 () => json({ data: undefined }),                             'bad_message'],
  ['no CloudEvent',                     () => json({ specversion: undefined }),                      'bad_message'],
  ['an event of ours',                  () => json({ type: 'dev.troupe.command.accepted.v1' }),      'bad_message'],
  ['another CloudEvents version',       () => json({ specversion: '2.0' }),                          'unsupported_version'],
  ['a later version of commands',       () => json({ type: 'dev.troupe.command.requested.v2' }),     'unsupported_version'],
  ['an unknown operation',              () => decode('restrat'),                                     'unknown_op'],
  ['an operation of Object.prototype',  () => decode('constructor'),                                 'unknown_op'],
  ['an unknown parameter of a person',  () => decode('stop api graze=5s'),                           'bad_message'],
  ['a parameter of the wrong kind',     () => decode('logs api lines=many'),                         'bad_message'],
  ['a missing parameter',               () => decode('declare'),                                     'bad_message'],
  ['replies on a command channel',      () => json({ replyto: all }),                                'bad_message'],
  ['replies to another namespace',      () => decode('ping replyto=troupe:prod:re:x'),               'bad_message'],
  ['a channel that is none',            () => decode('restart', 'troupe:main:ev:ns'),                'bad_message'],
  ['a channel of another namespace',    () => decode('restart', 'troupe:prod:cmd:all'),              'bad_message'],
  ['a probe on another channel',        () => decode('p:1', 'troupe:main:cmd:svc:api'),              'unknown_op'],
  ['too many bytes',                    () => decode(`restart ${'ä'.repeat(8 * 1024)}`),             'too_large'],
]

test.each(refused)('%s is refused', (_, decoding, reason) => {
  expect(reasonOf(decoding())).toBe(reason)
})

test('a typo is told what was probably meant', () => {
  expect(decode('restrat id=r1')).toEqual({
    kind: 'rejected',
    id: 'r1',
    rejection: {
      status: 'rejected',
      reason: 'unknown_op',
      message: 'there is no operation "restrat"',
      op: 'restrat',
      didyoumean: 'restart',
    },
  })
  expect(decode('stop api graze=5s')).toMatchObject({
    rejection: { message: 'stop takes grace=, not graze=', didyoumean: 'grace' },
  })
})

test('another version is told the range that is spoken', () => {
  expect(json({ specversion: '0.3' })).toMatchObject({
    rejection: {
      message: 'the command cannot be used: specversion "0.3" is not spoken here: 1.0 to 1.0 is',
    },
  })
})

test('a host’s question to itself is a probe', () => {
  expect(decode('p:abc', 'troupe:main:cmd:host:web-07')).toEqual({ kind: 'probe', nonce: 'abc' })
})

test('size is counted in bytes, and per carrier', () => {
  const raw = JSON.stringify({
    specversion: '1.0',
    id: 'r1',
    data: { op: 'ping' },
    fill: 'x'.repeat(limits.commandBytes),
  })

  expect(reasonOf(decode(raw))).toBe('too_large')
  expect(decodeCommand('main', all, raw, { maxBytes: limits.localFrameBytes }).kind).toBe('command')
})

describe('whatever arrives', () => {
  const kinds = ['probe', 'command', 'rejected']
  const words = fc.oneof(
    fc.constantFrom(
      ...opNames,
      'id=',
      'by=',
      'replyto=',
      '"',
      '\\',
      '#',
      '{',
      'p:',
      'grace=5s',
      'lines=',
    ),
    fc.string({ unit: 'binary' }),
  )
  const sentences = fc.array(words, { maxLength: 8 }).map((list) => list.join(' '))
  const target = fc.record(
    {
      services: fc.jsonValue(),
      hosts: fc.jsonValue(),
      labels: fc.jsonValue(),
      max: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  const members = fc.record(
    {
      specversion: fc.oneof(fc.constant('1.0'), fc.jsonValue()),
      id: fc.oneof(fc.constant('r1'), fc.jsonValue()),
      type: fc.jsonValue(),
      source: fc.jsonValue(),
      time: fc.jsonValue(),
      expirytime: fc.jsonValue(),
      replyto: fc.jsonValue(),
      sig: fc.jsonValue(),
      data: fc.oneof(
        fc.jsonValue(),
        fc.record(
          {
            op: fc.constantFrom(...opNames, 'x'),
            args: fc.jsonValue(),
            target: fc.oneof(target, fc.jsonValue()),
          },
          { requiredKeys: ['op'] },
        ),
      ),
    },
    { requiredKeys: [] },
  )

  test.each([
    ['text', fc.string({ unit: 'binary' })],
    ['words', sentences],
    ['JSON', fc.json()],
    ['almost a command', members.map((message) => JSON.stringify(message))],
    ['a torn command', members.map((message) => JSON.stringify(message).slice(0, -2))],
  ])('is one of three things: %s', (_, raws) => {
    fc.assert(
      fc.property(
        raws,
        fc.constantFrom(all, 'troupe:main:cmd:host:a', 'troupe:main:x'),
        (raw, channel) => {
          const decoded = decode(raw, channel)
          expect(kinds).toContain(decoded.kind)
          expect(decoded.kind !== 'command' || opNames.includes(decoded.command.op)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})
