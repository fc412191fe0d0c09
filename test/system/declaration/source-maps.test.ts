import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startManager } from '../../support/troupe.ts'

/** One line of a file `origin.ts`, as a compiler would leave it: its first line becomes the third. */
const map = { version: 3, sources: ['origin.ts'], names: [], mappings: ';;AAAA' }
const encoded = Buffer.from(JSON.stringify(map)).toString('base64')
/** Written in two parts, or it would be taken for the map of this file. */
const pointer = ['//# source', 'MappingURL=data:application/json;base64,', encoded].join('')
const compiled = `'use strict'

throw new Error('lost')
${pointer}
`

test.each([
  { fields: {}, where: /origin\.ts:1/ },
  { fields: { source_map_support: false }, where: /app\.cjs:3/ },
  { fields: { disable_source_map_support: true }, where: /app\.cjs:3/ },
])('stack traces of an app that says $fields point at $where', async ({ fields, where }) => {
  const troupe = await startManager()
  const script = join(troupe.home.dir, 'app.cjs')
  await writeFile(script, compiled)

  await troupe.declare({ apps: [{ name: 'web', script, autorestart: false, ...fields }] })
  await troupe.until('web', 'stopped')

  const { lines } = await troupe.client.command('logs', 'web', { lines: 30, streams: ['err'] })
  expect(lines.map(({ line }) => line).join('\n')).toMatch(where)
})
