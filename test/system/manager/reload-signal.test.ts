import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { startManager } from '../../support/troupe.ts'

/** Says that it has read again, ends where `broken` is there, and lives on otherwise. */
const script = `trap 'test -e broken && exit 5; echo read again' HUP; echo ready; while :; do sleep 0.05; done`
const told = { script, reload_signal: 'SIGHUP', min_uptime: 300 }

test('a service with a reload_signal is told to reload, keeps its process, and that is told', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  await troupe.declare({ apps: [{ ...told, name: 'api', cwd: dir }] })
  await troupe.ready('api')
  const before = await troupe.pidOf('api')

  const { notes } = await troupe.client.command('reload', 'api', {})

  expect(notes).toEqual(['api was told to reload by SIGHUP'])
  expect(await troupe.pidOf('api')).toBe(before)
  const { lines } = await troupe.client.command('logs', 'api', { lines: 1 })
  expect(lines.map(({ line }) => line)).toEqual(['read again'])
  const [started] = troupe.events('reload.started', 'api')
  expect(started?.data).toMatchObject({ slots: [0], isRedeclared: false, signal: 'SIGHUP' })
  expect(troupe.events('reload.completed', 'api')).toMatchObject([
    { data: { reloadId: started?.data.reloadId, replaced: 1, forced: 0 } },
  ])
})

test('one that dies of it has failed to reload: how, is said, and its policy restarts it', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  await troupe.declare({ apps: [{ ...told, name: 'api', cwd: dir, instances: 2 }] })
  const before = [await troupe.pidOf('api', 0), await troupe.pidOf('api', 1)]
  await troupe.ready('api')
  await writeFile(join(dir, 'broken'), '')

  await expect(troupe.client.command('reload', 'api', {})).rejects.toThrow(
    'reload of api failed: #0 ended after SIGHUP: code 5',
  )
  await rm(join(dir, 'broken'))

  const [over] = troupe.events('reload.rolled_back', 'api')
  expect(over?.data).toMatchObject({ why: '#0 ended after SIGHUP: code 5', left: [0] })
  await eventually('it runs again', async () => {
    const { state, pid } = await troupe.view('api')
    return state === 'online' && pid !== before[0] ? true : undefined
  })
  // Nobody else is told to read what is broken.
  expect(await troupe.pidOf('api', 1)).toBe(before[1])
})

test('one with a readiness probe has to be ready again', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  const readiness = { exec: 'test ! -e ill || { echo still ill; exit 1; }', interval: 50 }
  const app = { ...told, name: 'api', cwd: dir, readiness, listen_timeout: 700 }
  await troupe.declare({ apps: [app] })
  await troupe.ready('api')
  const before = await troupe.pidOf('api')
  await writeFile(join(dir, 'ill'), '')

  await expect(troupe.client.command('reload', 'api', {})).rejects.toThrow(
    'reload of api failed: #0 was not ready again within 700 ms after SIGHUP: exited with 1: still ill',
  )
  expect(await troupe.pidOf('api')).toBe(before)

  await rm(join(dir, 'ill'))
  await troupe.client.command('reload', 'api', {})
  expect(await troupe.pidOf('api')).toBe(before)
})

test('reload of a file tells by the signal what is as it was, and replaces what was declared anew', async () => {
  const { dir, troupe } = await openShell()
  const declare = (env: object) =>
    writeFile(
      join(dir, 'processes.json'),
      JSON.stringify({ apps: [{ ...told, name: 'api', env }] }),
    )
  await declare({ LEVEL: 'info' })
  await troupe('start', 'processes.json')
  const pid = async () => (await troupe('pid', 'api')).stdout.trim()
  const before = await pid()
  await eventually('it listens to the signal', async () =>
    (await troupe('logs', 'api', '--nostream', '--raw')).stdout.includes('ready')
      ? true
      : undefined,
  )

  const same = await troupe('reload', 'processes.json')
  expect(same).toMatchObject({ code: 0 })
  expect(same.stdout + same.stderr).toContain('api was told to reload by SIGHUP')
  expect(await pid()).toBe(before)

  await declare({ LEVEL: 'debug' })
  const changed = await troupe('reload', 'processes.json')
  expect(changed.stdout + changed.stderr).toContain('restarted')
  expect(await pid()).not.toBe(before)
})
