import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'
import { startManager } from '../../support/troupe.ts'

/** Notes each hook, with what it was told, in a file beside the service. */
const note =
  'echo "$TROUPE_HOOK${TROUPE_EXIT_CODE:+ code $TROUPE_EXIT_CODE}${TROUPE_EXIT_SIGNAL:+ $TROUPE_EXIT_SIGNAL}" >> diary'

test('hooks run in the order of a life, in the directory and with the variables of the service', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  const hooks = {
    pre_start: `${note}; echo "migrating $COLOR"`,
    post_ready: note,
    pre_stop: note,
    post_stop: note,
  }
  const app = { name: 'api', script: 'sleep 1000', cwd: dir, env: { COLOR: 'red' }, hooks }
  await troupe.declare({ apps: [app] })
  const diary = () => readFileSync(join(dir, 'diary'), 'utf8').trim().split('\n')
  await eventually('it is ready', () => (diary().includes('post_ready') ? true : undefined))

  await troupe.client.restart('api')
  await eventually('it is ready again', () => (diary().at(-1) === 'post_ready' ? true : undefined))
  process.kill(await troupe.pidOf('api'), 'SIGKILL')
  await eventually('the third is ready', () =>
    diary().filter((line) => line === 'post_ready').length === 3 ? true : undefined,
  )

  expect(diary()).toEqual([
    'pre_start',
    'post_ready',
    'pre_stop',
    'post_stop SIGINT',
    'pre_start',
    'post_ready',
    'post_stop SIGKILL',
    'pre_start',
    'post_ready',
  ])
  const { lines } = await troupe.client.command('logs', 'api', { lines: 9 })
  expect(lines.map(({ line }) => line)).toContain('migrating red')
})

test('a failing pre_start takes a reload back, and why says what it said last', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  const script = join(dir, 'api.cjs')
  await writeFile(script, `require('node:http').createServer((_, r) => r.end()).listen(0)`)
  const hooks = { pre_start: 'test ! -e broken || { echo no such table; exit 4; }' }
  await troupe.declare({ apps: [{ name: 'api', script, cwd: dir, instances: 1, hooks }] })
  const before = await troupe.pidOf('api')
  await writeFile(join(dir, 'broken'), '')

  await expect(troupe.client.command('reload', 'api', {})).rejects.toThrow(
    'pre_start failed: exited with 4: no such table',
  )

  expect(await troupe.pidOf('api')).toBe(before)
  expect(troupe.events('reload.rolled_back', 'api')).toHaveLength(1)
})

test('a manager that dies in the middle of a hook leaves nothing, and the next one begins again', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  const hooks = { pre_start: 'echo $$ >> noted; test -e quick || exec sleep 1000' }
  const app = { name: 'api', script: 'sleep 1001', cwd: dir, hooks }
  const declared = troupe.declare({ apps: [app] }).catch(() => {})
  const pids = join(dir, 'noted')
  const first = await eventually('the hook runs', () =>
    existsSync(pids) ? Number(readFileSync(pids, 'utf8')) || undefined : undefined,
  )

  await troupe.withoutManager(() => writeFile(join(dir, 'quick'), ''))
  await declared
  await troupe.reconnect()

  await troupe.until('api', 'online')
  await expect.poll(() => isRunning(first)).toBe(false)
})

test.each(['kill', 'delete', 'stop'] as const)('%s is done once post_stop is', async (op) => {
  const troupe = await startManager()
  const { dir } = troupe.home
  const hooks = { post_stop: 'echo began > diary; sleep 0.5; echo ended >> diary' }
  await troupe.declare({ apps: [{ name: 'api', script: 'sleep 1000', cwd: dir, hooks }] })

  await (op === 'kill'
    ? troupe.client.command('kill', [], {})
    : troupe.client.command(op, 'api', {}))

  expect(readFileSync(join(dir, 'diary'), 'utf8')).toBe('began\nended\n')
})

test('a manager that dies in the middle of a post_stop leaves nothing of it, and the next one runs it', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  const hooks = { post_stop: 'echo $$ >> noted; test -e quick || exec sleep 1000' }
  await troupe.declare({ apps: [{ name: 'api', script: 'sleep 1001', cwd: dir, hooks }] })
  const noted = (): readonly number[] =>
    existsSync(join(dir, 'noted'))
      ? readFileSync(join(dir, 'noted'), 'utf8').trim().split('\n').map(Number)
      : []
  process.kill(await troupe.pidOf('api'), 'SIGKILL')
  const first = await eventually('it runs', () => noted()[0])

  await troupe.withoutManager(() => writeFile(join(dir, 'quick'), ''))
  await troupe.reconnect()

  await eventually('it was run again', () => noted()[1])
  await eventually('another process runs', async () =>
    (await troupe.view('api')).state === 'online' ? true : undefined,
  )
  expect(isRunning(first)).toBe(false)
  expect(troupe.events('instance.exited', 'api')).toMatchObject([
    { data: { exit: { signal: 'SIGKILL' }, observedLate: true } },
  ])
})

test('a manager that dies in the middle of a pre_stop stops the service all the same', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  const hooks = { pre_stop: 'echo $$ >> noted; test -e quick || exec sleep 1000' }
  await troupe.declare({ apps: [{ name: 'api', script: 'sleep 1001', cwd: dir, hooks }] })
  const pid = await troupe.pidOf('api')
  void troupe.client.command('stop', 'api', {}).catch(() => {})
  const first = await eventually('it runs', () =>
    existsSync(join(dir, 'noted'))
      ? Number(readFileSync(join(dir, 'noted'), 'utf8')) || undefined
      : undefined,
  )

  await troupe.withoutManager(() => writeFile(join(dir, 'quick'), ''))
  await troupe.reconnect()

  await troupe.until('api', 'stopped')
  expect([pid, first].filter(isRunning)).toEqual([])
})
