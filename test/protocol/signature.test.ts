import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeCommand } from '../../src/protocol/decode-command.ts'
import { encodeCommand } from '../../src/protocol/encode-command.ts'
import {
  type KeyPair,
  kidOf,
  newKeyPair,
  publicKeyFrom,
  readSignature,
  signCommand,
  verifySignature,
} from '../../src/protocol/signature.ts'
import { signShorthand } from '../../src/protocol/sign-shorthand.ts'

const anna = newKeyPair('anna')
const bert = newKeyPair('bert')
const here = { ns: 'main', channel: 'troupe:main:cmd:svc:api' }
const plain = encodeCommand({
  id: 'r1',
  op: 'restart',
  services: [],
  args: {},
  by: 'anna',
  at: new Date(0),
})

let signed: string
beforeAll(async () => {
  signed = await signCommand(plain, { ...here, key: anna })
})

const trusting =
  (...keys: KeyPair[]) =>
  (kid: string) => {
    const key = keys.find((each) => each.kid === kid)
    return key && publicKeyFrom(key.publicKey)
  }
const verify = (raw: string, place = here, keyOf = trusting(anna, bert)) =>
  verifySignature(raw, { ...place, keyOf })

/** The same signature under another protected header. */
function withHeader(header: object): string {
  const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
  return signed.replace(/"sig":"[^.]*/, `"sig":"${encoded}`)
}

test('what was signed here is valid, and says with which key', async () => {
  expect(await verify(signed)).toEqual({ kind: 'valid', kid: anna.kid })
})

test('a signed command is still a command, and little longer', () => {
  const decoded = decodeCommand('main', here.channel, signed)

  expect(decoded).toMatchObject({ kind: 'command', isSigned: true, command: { op: 'restart' } })
  expect(signed.length - plain.length).toBeLessThan(220)
})

const good = { alg: 'EdDSA', b64: false, crit: ['b64'], kid: anna.kid }
const { kid: _, ...anonymous } = good

// prettier-ignore
const forgeries: [string, () => string][] = [
  ['a changed operation',             () => signed.replace('"restart"', '"stop"')],
  ['a member more in front',          () => signed.replace('{', '{"data":{"op":"stop"},')],
  ['a member more before the end',    () => signed.replace(',"sig"', ',"data":{"op":"stop"},"sig"')],
  ['a member more at the end',        () => signed.replace(/\}$/, ',"data":{"op":"stop"}}')],
  ['a second signature',              () => signed.replace(/,"sig".*$/, (sig) => sig.slice(0, -1) + sig)],
  ['a space at the end',              () => `${signed} `],
  ['a line break at the end',         () => `${signed}\n`],
  ['a space before the signature',    () => signed.replace(',"sig":"', ', "sig":"')],
  ['no signature',                    () => plain],
  ['another signature',               () => signed.replace(/\.\.(.)/, (_, first) => `..${first === 'A' ? 'B' : 'A'}`)],
  ['a shorter signature',             () => signed.replace(/.{4}"\}$/, '"}')],
  ['alg none',                        () => withHeader({ ...good, alg: 'none' })],
  ['alg HS256',                       () => withHeader({ ...good, alg: 'HS256' })],
  ['alg Ed25519, spelled anew',       () => withHeader({ ...good, alg: 'Ed25519' })],
  ['an encoded payload',              () => withHeader({ ...good, b64: true })],
  ['nothing critical',                () => withHeader({ ...good, crit: [] })],
  ['a key of its own',                () => withHeader({ ...good, jwk: { kty: 'OKP', crv: 'Ed25519', x: bert.publicKey } })],
  ['no kid',                          () => withHeader(anonymous)],
  ['the kid of another trusted key',  () => withHeader({ ...good, kid: bert.kid })],
  ['the kid of nobody',               () => withHeader({ ...good, kid: 'AAAAAAAAAAAAAAAA' })],
]

test.each(forgeries)('%s is not believed', async (_, forge) => {
  const raw = forge()

  expect(raw).not.toBe(signed)
  expect(await verify(raw)).toMatchObject({ kind: 'invalid' })
})

// prettier-ignore
const foreignHeaders: [string, object][] = [
  ['another alg',            { ...good, alg: 'Ed25519' }],
  ['an encoded payload',     { ...good, b64: true }],
  ['nothing critical',       { ...good, crit: [] }],
  ['one more member',        { ...good, jku: 'https://example.com' }],
  ['a kid that is no word',  { ...good, kid: 'a b' }],
]

test.each(foreignHeaders)('a header with %s is not even read as a signature', (_, header) => {
  expect(readSignature(withHeader(header))).toBeUndefined()
  expect(readSignature(withHeader(good))).toMatchObject({ kid: anna.kid })
})

// prettier-ignore
const places: [string, typeof here][] = [
  ['channel',   { ...here, channel: 'troupe:main:cmd:all' }],
  ['namespace', { ...here, ns: 'prod' }],
]

test.each(places)('on another %s it is not valid', async (_, place) => {
  expect(await verify(signed, place)).toMatchObject({ kind: 'invalid' })
})

describe('a key', () => {
  test('that is not trusted is not believed', async () => {
    expect(await verify(signed, here, trusting(bert))).toEqual({
      kind: 'invalid',
      why: `nobody here knows the key ${anna.kid}`,
    })
  })

  test('of another kind cannot stand in for the one that is named', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(await verify(signed, here, () => publicKey)).toMatchObject({ kind: 'invalid' })
  })

  test('is called by the beginning of its RFC 7638 thumbprint', async () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: anna.publicKey }
    const thumbprint = await calculateJwkThumbprint(jwk)

    expect(thumbprint.startsWith(kidOf(anna.publicKey))).toBe(true)
    expect(kidOf(anna.publicKey)).toHaveLength(16)
  })

  test.each(['', 'abc', anna.publicKey.slice(1), 'ü'])('is not %j', (text) => {
    expect(() => publicKeyFrom(text)).toThrow(expect.objectContaining({ code: 'E_KEY' }))
  })
})

test.each(['restart', '{}', '{"a":1', '[1]'])('%s cannot be signed', async (raw) => {
  await expect(signCommand(raw, { ...here, key: anna })).rejects.toMatchObject({
    code: 'E_BAD_MESSAGE',
  })
})

test('nothing is signed twice', async () => {
  await expect(signCommand(signed, { ...here, key: bert })).rejects.toMatchObject({
    code: 'E_BAD_MESSAGE',
  })
})

describe('what a person has signed', () => {
  const sign = (words: string, channel?: string) =>
    signShorthand(words, {
      ns: 'main',
      key: anna,
      at: new Date(5_000),
      ...(channel === undefined ? {} : { channel }),
    })

  test('is a command from them, for the channel of the service they named', async () => {
    const { channel, raw } = await sign('restart "My App"#1 grace=5s')

    expect(channel).toBe('troupe:main:cmd:svc:My%20App')
    expect(await verify(raw, { ns: 'main', channel })).toEqual({ kind: 'valid', kid: anna.kid })
    expect(decodeCommand('main', channel, raw)).toMatchObject({
      isSigned: true,
      command: {
        op: 'restart',
        services: [{ name: 'My App', slot: 1 }],
        args: { grace: '5s' },
        claimedBy: 'anna',
        sentAt: 5_000,
      },
    })
  })

  // prettier-ignore
  const channels: [string, string | undefined, string][] = [
    ['restart api',      undefined,                'troupe:main:cmd:svc:api'],
    ['restart all',      undefined,                'troupe:main:cmd:all'],
    ['restart api',      'troupe:main:cmd:host:a', 'troupe:main:cmd:host:a'],
    ['restart',          'troupe:main:cmd:svc:x',  'troupe:main:cmd:svc:x'],
  ]

  test.each(channels)('%s on %s goes to %s', async (words, wished, channel) => {
    expect((await sign(words, wished)).channel).toBe(channel)
  })

  test.each(['restart', 'restart api web', 'restart 3', 'restart /x/'])(
    '%s needs a channel',
    async (words) => {
      await expect(sign(words)).rejects.toMatchObject({ code: 'E_USAGE' })
    },
  )

  test('is not a typo', async () => {
    await expect(sign('restrat api')).rejects.toMatchObject({
      code: 'E_USAGE',
      hint: 'did you mean restart?',
    })
  })
})
