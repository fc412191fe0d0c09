import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { trustedKeys } from '../../src/fleet/keys.ts'
import { keyFile } from '../../src/manager/key-file.ts'
import { newKeyPair } from '../../src/protocol/signature.ts'

const anna = newKeyPair('anna')
const bert = newKeyPair('bert')

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-keys-'))
  path = join(dir, 'keys.json')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('whom a host trusts, it trusts after it started again', () => {
  const keys = trustedKeys(keyFile(path))
  const { kid, name, publicKey } = anna
  keys.trust({ kid, name, publicKey }, new Date(5))

  const again = trustedKeys(keyFile(path))

  expect(again.list()).toEqual([{ kid, name, publicKey, trustedAt: 5 }])
  expect(again.find(kid)?.name).toBe('anna')
  expect(again.find(bert.kid)).toBeUndefined()
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a private key never reaches the file', () => {
  const keys = trustedKeys(keyFile(path))
  keys.trust(anna, new Date(0))

  expect(JSON.stringify(keyFile(path).load())).not.toContain(anna.privateKey)
})

// prettier-ignore
const refused: [string, object][] = [
  ['the id of another key',  { kid: bert.kid }],
  ['no public key',          { publicKey: 'abc' }],
  ['a name of several words', { name: 'anna (really)' }],
]

test.each(refused)('a key with %s is not trusted', (_, wrong) => {
  const keys = trustedKeys(keyFile(path))

  expect(() => keys.trust({ ...anna, ...wrong }, new Date(0))).toThrow(
    expect.objectContaining({ code: 'E_KEY' }),
  )
  expect(keys.list()).toEqual([])
})

test.each(['{"torn', '{}', '[{"kid":1}]'])(
  'a file that holds %s is not taken for an empty one',
  (text) => {
    writeFileSync(path, text)
    expect(() => trustedKeys(keyFile(path))).toThrow(expect.objectContaining({ code: 'E_KEY' }))
  },
)
