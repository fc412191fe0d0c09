import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readIntent, writeIntent } from '../../src/process/intent.ts'

function given() {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-intent-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const record = {
    service: 'api',
    slot: 0,
    launchId: 'abc.0.1',
    cookie: 'm:abc.0.1:n',
    argv: ['/bin/sh', '-c', 'true'] as const,
    cwd: '/srv',
    files: { out: '/srv/out.log', error: '/dev/null' },
    at: 1,
    dir,
  }
  const put = (what: unknown): void => writeFileSync(join(dir, 'intent.json'), JSON.stringify(what))
  const { dir: _dir, ...rest } = record
  return {
    dir,
    record: { ...record, argv: [...record.argv] as [string, ...string[]] },
    put,
    written: { version: 1, bootId: 'b', ...rest },
  }
}

test('an intent is read as it was written', async () => {
  const { dir, record } = given()

  await writeIntent({ record, bootId: 'b' })

  expect(await readIntent(dir)).toEqual({ record, bootId: 'b' })
})

test.each([
  ['service', 7],
  ['slot', 0.5],
  ['slot', undefined],
  ['cookie', undefined],
  ['argv', []],
  ['argv', ['node', 1]],
  ['files', { out: '/srv/out.log' }],
  ['files', { out: '/srv/out.log', error: '/dev/null', pid: 1 }],
  ['at', 'today'],
  ['bootId', null],
])('an intent whose %s is %j was never finished', async (member, value) => {
  const { dir, put, written } = given()

  put({ ...written, [member]: value })

  expect(await readIntent(dir)).toBeUndefined()
})

test('an intent of a newer version is not adopted', async () => {
  const { dir, put, written } = given()

  put({ ...written, version: 2, slot: 'the first' })

  await expect(readIntent(dir)).rejects.toThrow('a newer version of Troupe wrote it')
})
