import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startManager } from '../../support/troupe.ts'

test('both streams of a service are one file, in their order, and its lines are shown once', async () => {
  const troupe = await startManager()
  const script = 'echo one; echo two >&2; echo three; exec sleep 1000'

  await troupe.declare({ apps: [{ name: 'web', script, log_file: true }] })

  const path = join(troupe.home.logsDir, 'web.log')
  const text = await eventually('all is written', async () => {
    const written = await readFile(path, 'utf8')
    return written.endsWith('three\n') ? written : undefined
  })
  expect(text).toBe('one\ntwo\nthree\n')
  const { lines } = await troupe.client.command('logs', 'web', { lines: 9 })
  expect(lines.map(({ line }) => line)).toEqual(['one', 'two', 'three'])
})
