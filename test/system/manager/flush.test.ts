import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startManager } from '../../support/troupe.ts'

test('a service goes on writing to a log that was flushed, at its beginning', async () => {
  const troupe = await startManager()
  const script = 'i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.05; done'
  await troupe.declare({ apps: [{ name: 'talker', script }] })
  const [talker] = await troupe.client.describe('talker')
  const log = talker?.instances[0]?.outFile ?? ''
  await eventually('it has written', () => readFileSync(log, 'utf8') || undefined)

  const { files } = await troupe.client.command('flush', 'talker', {})

  expect(files).toContain(log)
  const text = await eventually('it writes on', () => readFileSync(log, 'utf8') || undefined)
  expect(text).toMatch(/^line \d+\n/)
  expect(text).not.toContain('line 1\n')
})
