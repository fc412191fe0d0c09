import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startManager } from '../../support/troupe.ts'

test('a service with a reload_signal is told to reload, and keeps its process', async () => {
  const troupe = await startManager()
  const { dir } = troupe.home
  const script = `trap 'test -e broken && exit 5; echo read again' HUP; while :; do sleep 0.05; done`
  const app = { name: 'api', script, cwd: dir, reload_signal: 'SIGHUP', min_uptime: 300 }
  await troupe.declare({ apps: [app] })
  const before = await troupe.pidOf('api')

  const { notes } = await troupe.client.command('reload', 'api', {})
  expect(notes).toEqual(['api was told to reload by SIGHUP'])
  expect(await troupe.pidOf('api')).toBe(before)
  const { lines } = await troupe.client.command('logs', 'api', { lines: 1 })
  expect(lines.map(({ line }) => line)).toEqual(['read again'])

  await writeFile(join(dir, 'broken'), '')
  await expect(troupe.client.command('reload', 'api', {})).rejects.toThrow(
    'reload of api: #0 did not survive SIGHUP',
  )
})
