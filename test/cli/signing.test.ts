import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shorthandOf } from '../../src/cli/verbs/sign.ts'
import { readShorthand } from '../../src/protocol/shorthand.ts'
import { publicKeyFrom, verifySignature } from '../../src/protocol/signature.ts'
import { commandLine } from './given.ts'

let home = ''

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'troupe-keys-'))
})

afterAll(() => rm(home, { recursive: true }))

test('a new key signs commands that its public half verifies', async () => {
  const { troupe } = commandLine({ home: join(home, 'one') })
  const made = await troupe('keys', 'new', 'anna')
  const [, publicKey = ''] = /keys trust anna (\S+)\n/.exec(made.out) ?? []

  const { out, code } = await troupe('sign', 'restart', 'worker', 'grace=5s')

  const channel = 'troupe:main:cmd:svc:worker'
  const key = publicKeyFrom(publicKey)
  expect(code).toBe(0)
  expect(out).toMatch(/^\{.*\}$/)
  expect(await verifySignature(out, { ns: 'main', channel, keyOf: () => key })).toMatchObject({
    kind: 'valid',
  })
})

test('the private half is for its owner alone, and no answer shows it', async () => {
  const { troupe } = commandLine({ home: join(home, 'two') })

  const { out, err } = await troupe('keys', 'new', 'anna', '--json')

  const { file } = JSON.parse(out) as { file: string }
  const { privateKey } = JSON.parse(await readFile(file, 'utf8')) as { privateKey: string }
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(out + err).not.toContain(privateKey)
})

test('a key is never overwritten', async () => {
  const { troupe } = commandLine({ home: join(home, 'three') })
  await troupe('keys', 'new', 'anna')

  const { code, err } = await troupe('keys', 'new', 'anna')

  expect(err).toContain('you have a key called anna already')
  expect(code).toBe(1)
})

test.each(['../anna', '.hidden', 'a b', ''])('"%s" cannot be the name of a key', async (name) => {
  const { troupe } = commandLine({ home: join(home, 'four') })

  const { code, err } = await troupe('keys', 'new', name)

  expect(err).toContain('cannot be the name of a key')
  expect(code).toBe(1)
})

test('who has several keys says which one signs', async () => {
  const { troupe } = commandLine({ home: join(home, 'five') })
  expect((await troupe('sign', 'ping')).err).toContain('you have no key to sign with')
  await troupe('keys', 'new', 'anna')
  await troupe('keys', 'new', 'ben')

  const undecided = await troupe('sign', 'restart', 'api')
  const decided = await troupe('sign', 'restart', 'api', '--key', 'ben', '--json')

  expect(undecided.err).toMatch(/hint: --key (anna|ben) or --key (anna|ben)\n/)
  expect(JSON.parse(decided.out)).toMatchObject({ channel: 'troupe:main:cmd:svc:api' })
})

test('the namespace is that of the channel, of the environment or of the manager here', async () => {
  const channelOf = async (...argv: string[]) => {
    const place = { home: join(home, 'six'), env: { TROUPE_NAMESPACE: 'staging' } }
    const { troupe } = commandLine(place)
    await troupe('keys', 'new', 'anna')
    const { out } = await troupe('sign', 'stop', 'api', '--json', ...argv)
    return (JSON.parse(out) as { channel: string }).channel
  }

  expect(await channelOf()).toBe('troupe:staging:cmd:svc:api')
  expect(await channelOf('--channel', 'troupe:prod:cmd:all')).toBe('troupe:prod:cmd:all')
})

test.each([
  [['restart', 'my api', 'grace=5s'], [{ name: 'my api' }]],
  [['restart', 'my api#2'], [{ name: 'my api', slot: 2 }]],
  [['restart', 'say "hi"'], [{ name: 'say "hi"' }]],
])('words %j stay the words that the shell handed over', (words, services) => {
  expect(readShorthand(shorthandOf(words))).toMatchObject({
    kind: 'shorthand',
    shorthand: { op: 'restart', services },
  })
})
