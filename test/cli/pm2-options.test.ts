import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Declaration } from '../../src/declaration/service.ts'
import { commandLine, hostWith, instanceWith } from './given.ts'

// What PM2's fingers type.

let cwd = ''

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'troupe-cli-'))
  await writeFile(join(cwd, 'api.js'), '')
  const apps = [
    { name: 'api', script: 'api.js' },
    { name: 'own', script: 'api.js', namespace: 'x', watch: false },
  ]
  await writeFile(join(cwd, 'ecosystem.config.json'), JSON.stringify({ apps }))
  await writeFile(join(cwd, 'ecosystem.config.js'), `module.exports = ${JSON.stringify({ apps })}`)
})

afterAll(() => rm(cwd, { recursive: true }))

/** What `troupe start …` declares. */
async function startOf(...argv: string[]): Promise<Declaration> {
  const { troupe } = commandLine({ cwd })
  const { asked, err } = await troupe('start', ...argv)
  const [declare] = asked
  if (declare?.op !== 'declare') throw new Error(err)
  // The harness hands on what the verb sent.
  return (declare.args as unknown as { readonly declaration: Declaration }).declaration
}

// prettier-ignore
const flags: [string, object][] = [
  ['--watch',                        { watch: { paths: ['.'] } }],
  ['--watch lib conf',               { watch: { paths: ['lib', 'conf'] } }],
  ['--watch --ignore-watch *.tmp a', { watch: { ignore: ['*.tmp', 'a'] } }],
  ['--watch --watch-delay 4',        { watch: { delayMs: 4_000 } }],
  ['--watch --watch-delay 400ms',    { watch: { delayMs: 400 } }],
  ['--max-memory-restart 150M',      { maxMemoryBytes: 150 * 1024 ** 2 }],
  ['-c @daily',                      { cronRestart: { cron: '@daily' } }],
  ['--cron-restart @daily',          { cronRestart: { cron: '@daily' } }],
  ['-i 2 -x',                        { execMode: 'fork', instances: 2 }],
  ['--no-treekill',                  { treekill: false }],
  ['--no-vizion',                    { vizion: false }],
  ['--no-pmx --trace --fresh',       { name: 'api' }],
]

test.each(flags)('start api.js %s', async (given, expected) => {
  const { services } = await startOf('api.js', ...given.split(' '))

  expect(services).toMatchObject([expected])
})

test('what stands behind a file holds for apps that do not say it themselves', async () => {
  const { services } = await startOf('ecosystem.config.json', '--namespace', 'shop', '--watch')

  expect(services.map(({ namespace, watch }) => [namespace, watch !== undefined])).toEqual([
    ['shop', true],
    ['x', false],
  ])
})

test('start without a word takes the declaration that lies here', async () => {
  expect((await startOf()).services.map(({ name }) => name)).toEqual(['api', 'own'])
})

test.each(['-s stop api', 'stop api -s', 'stop api --silent'])('%s says nothing', async (line) => {
  const { troupe } = commandLine()

  expect(await troupe(...line.split(' '))).toMatchObject({ code: 0, out: '', err: '' })
})

test('PM2_SILENT in the environment says nothing', async () => {
  const { troupe } = commandLine({ env: { PM2_SILENT: 'true' } })

  expect(await troupe('stop', 'api')).toMatchObject({ code: 0, out: '', err: '' })
})

const three = [
  instanceWith({ id: 0, service: 'web', namespace: 'shop', memoryBytes: 3 }),
  instanceWith({ id: 1, service: 'api', namespace: 'shop', memoryBytes: 9 }),
  instanceWith({ id: 2, service: 'zoo', memoryBytes: 6 }),
]
const status = () => ({ host: hostWith(), instances: three.toReversed() })

test.each([
  ['list', ['web', 'api', 'zoo']],
  ['list --sort name', ['api', 'web', 'zoo']],
  ['list --sort memory:desc', ['api', 'zoo', 'web']],
  ['ls --sort namespace', ['zoo', 'web', 'api']],
])('%s shows %j', async (line, names) => {
  const { troupe } = commandLine({ answers: { status } })

  const { out } = await troupe(...line.split(' '))

  const rows = out.trim().split('\n').slice(1)
  expect(rows.map((row) => row.trim().split(/ +/)[1])).toEqual(names)
})

test('a namespace has a column where there is more than the default', async () => {
  const { troupe } = commandLine({ answers: { status } })

  expect((await troupe('list')).out).toContain('  id  name  namespace  mode  pid')
  expect((await commandLine().troupe('list')).out).not.toContain('namespace')
})

test('list --sort by what is no field says which it may be', async () => {
  const { troupe } = commandLine({ answers: { status } })

  const { err, code } = await troupe('list', '--sort', 'memroy')

  expect(err).toBe(
    'error: --sort: expected a field, got "memroy"\nhint: did you mean memory, or memory:desc?\n',
  )
  expect(code).toBe(1)
})

test('list -m is blocks of text', async () => {
  const { troupe } = commandLine()

  const { out } = await troupe('list', '-m')

  expect(out.split('\n').slice(0, 4)).toEqual([
    '+--- worker',
    'namespace     : default',
    'pid           : 41216',
    'pm2 id        : 0',
  ])
})

const line = { service: 'api', slot: 0, stream: 'out', line: 'GET /a timeout TIMEOUT' } as const
const at = new Date(2026, 10, 23, 14, 2, 31, 7).getTime()

test.each([
  ['--raw', 'GET /a timeout TIMEOUT'],
  ['--format', 'app=api namespace=shop id=1 type=out message=GET /a timeout TIMEOUT'],
  ['--raw --timestamp HH:mm:ss.SSS', '14:02:31.007 GET /a timeout TIMEOUT'],
])('logs %s', async (given, expected) => {
  const isTimed = given.includes('timestamp')
  const progress = [isTimed ? { ...line, at } : line]
  const { troupe } = commandLine({ answers: { status }, progress })

  expect((await troupe('logs', ...given.split(' '))).out).toBe(`${expected}\n`)
})
