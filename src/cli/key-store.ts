import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, TroupeError } from '../base/errors.ts'
import type { Home } from '../control/home.ts'
import { makePrivate } from '../control/private-dir.ts'
import type { KeyPair } from '../protocol/signature.ts'

const plain = /^[A-Za-z0-9_@][A-Za-z0-9@._-]{0,63}$/

/** Where this user's own key of a name is, private half included. */
export function keyPath({ dir }: Home, name: string): string {
  return join(keysDir(dir), `${name}.json`)
}

/** @throws TroupeError `E_KEY` for a name that managers would not trust, or that is taken */
export async function saveKey(home: Home, key: KeyPair): Promise<string> {
  const path = keyPath(home, key.name)
  await makePrivate(home.dir)
  await mkdir(keysDir(home.dir), { recursive: true, mode: 0o700 })
  try {
    await writeFile(path, `${JSON.stringify(key, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause
    throw new TroupeError('E_KEY', `you have a key called ${key.name} already: ${path}`, { cause })
  }
  return path
}

/** @throws TroupeError `E_KEY` */
export function keyNameOrThrow(name: string): string {
  if (plain.test(name)) return name
  throw new TroupeError('E_KEY', `"${name}" cannot be the name of a key`, {
    hint: 'use 1 to 64 letters, digits, dots, dashes, underscores and @',
  })
}

/**
 * The key to sign with: the one that is named, by name or by file, or else the only one.
 *
 * @throws TroupeError `E_KEY`
 */
export async function findKey(home: Home, named: string | undefined): Promise<KeyPair> {
  const name = named ?? (await onlyKey(home))
  const path = name.includes('/') ? name : keyPath(home, keyNameOrThrow(name))
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new TroupeError('E_KEY', `no key is at ${path}`, {
      hint: 'make one with: troupe keys new <name>',
      cause,
    })
  })
  return keyIn(text, path)
}

async function onlyKey(home: Home): Promise<string> {
  const files = await readdir(keysDir(home.dir)).catch(() => [])
  const names = files.flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? [])
  const [name] = names
  if (name !== undefined && names.length === 1) return name
  throw name === undefined
    ? new TroupeError('E_KEY', 'you have no key to sign with', {
        hint: 'make one with: troupe keys new <name>',
      })
    : new TroupeError('E_KEY', 'you have several keys: say which one signs', {
        hint: names.map((each) => `--key ${each}`).join(' or '),
      })
}

function keyIn(text: string, path: string): KeyPair {
  const key = parse(text)
  const isKey =
    key !== undefined &&
    ['kid', 'name', 'publicKey', 'privateKey'].every((part) => typeof key[part] === 'string')
  // Every part was looked at just now.
  if (isKey) return key as unknown as KeyPair
  throw new TroupeError('E_KEY', `${path} does not hold a key`)
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? { ...read } : undefined
  } catch {
    return undefined
  }
}

function keysDir(dir: string): string {
  return join(dir, 'keys')
}
