import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startManager } from '../../support/troupe.ts'

// What a manager does for services by itself.

test('a service is restarted when a file changes, says which, and rests while it is stopped', async () => {
  const troupe = await startManager()
  const src = join(troupe.home.dir, '..', `src-${basename(troupe.home.dir)}`)
  mkdirSync(src)
  writeFileSync(join(src, 'app.conf'), 'one')
  const app = { name: 'web', script: 'sleep 1000', cwd: src, watch: true, watch_delay: 60 }
  await troupe.declare({ apps: [app] })
  const first = await troupe.pidOf('web')

  let content = 0
  await eventually('another process runs', async () => {
    writeFileSync(join(src, 'app.conf'), String((content += 1)))
    const { pid = first } = await troupe.view('web')
    return pid === first ? undefined : true
  })
  const why = troupe.events('instance.restarting').map(({ data }) => data)
  expect(why[0]).toMatchObject({ by: 'watch', why: expect.stringContaining('app.conf') })

  await troupe.client.stop('web')
  const before = troupe.events('instance.spawned').length
  writeFileSync(join(src, 'app.conf'), 'while it is stopped')
  await troupe.declare({ apps: [{ name: 'witness', script: 'sleep 1000' }] })
  expect(await troupe.view('web')).toMatchObject({ state: 'stopped' })
  expect(troupe.events('instance.spawned')).toHaveLength(before + 1)
})

test('an instance that was stopped by itself stays so when files change', async () => {
  const troupe = await startManager()
  const src = mkdtempSync(join(tmpdir(), 'troupe-src-'))
  onTestFinished(() => rmSync(src, { recursive: true }))
  const app = { name: 'web', script: 'sleep 1000', cwd: src, watch: true, watch_delay: 60 }
  await troupe.declare({ apps: [{ ...app, instances: 2, exec_mode: 'fork' }] })
  await troupe.client.stop('web#0')
  const first = await troupe.pidOf('web', 1)

  let content = 0
  await eventually('the other one is restarted', async () => {
    writeFileSync(join(src, 'app.conf'), String((content += 1)))
    const [, { pid = first } = {}] = await troupe.client.list()
    return pid === first ? undefined : true
  })

  expect(await troupe.client.list()).toMatchObject([{ state: 'stopped' }, { state: 'online' }])
})

test('what a change of a file would do can be asked before it is made', async () => {
  const troupe = await startManager()
  const cwd = mkdtempSync(join(tmpdir(), 'troupe-src-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  const web = { name: 'web', script: 'sleep 1000', cwd, watch: ['lib'], ignore_watch: ['**/*.tmp'] }
  await troupe.declare({ apps: [web, { name: 'worker', script: 'sleep 1000' }] })
  const verdictsOf = async (path: string) => {
    const { services } = await troupe.client.command('watch', 'all', { path: join(cwd, path) })
    return services.map(({ verdict }) => verdict?.kind)
  }

  expect(await verdictsOf('lib/a.js')).toEqual(['counts', 'outside'])
  expect(await verdictsOf('lib/a.tmp')).toEqual(['ignored', 'outside'])
  expect(await verdictsOf('other.js')).toEqual(['outside', 'outside'])
})

test('a service that grows beyond its memory is restarted, and says by how much', async () => {
  const troupe = await startManager()
  const script = join(troupe.home.dir, 'greedy.cjs')
  writeFileSync(script, 'const all = []; setInterval(() => all.push(Buffer.alloc(8 << 20, 1)), 20)')
  await troupe.declare({ apps: [{ name: 'greedy', script, max_memory_restart: '150M' }] })

  const restarting = await eventually('it is restarted', () =>
    troupe.events('instance.restarting').at(0),
  )

  expect(restarting.data).toMatchObject({ by: 'memory', why: expect.stringMatching(/MB/) })
})

test('a log that has grown is rotated, and the service writes on', async () => {
  const troupe = await startManager()
  const script = 'i=0; while :; do i=$((i+1)); echo "line $i of a log that grows"; done'
  const log_rotate = { max_size: '100K', keep: 2 }
  await troupe.declare({ apps: [{ name: 'talker', script, log_rotate }] })
  const [talker] = await troupe.client.describe('talker')
  const log = talker?.instances[0]?.outFile ?? ''

  const rotated = await eventually('it is rotated', () => troupe.events('log.rotated').at(0), {
    withinMs: 30_000,
  })
  await troupe.client.stop('talker')

  expect(rotated.data).toMatchObject({ file: log, why: 'size' })
  const names = readdirSync(dirname(log)).filter((name) => name.startsWith(`${basename(log)}.`))
  expect(names.length).toBeGreaterThan(0)
})
