import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openShell } from '../../support/command-line.ts'

test.each([
  ['ends the program', 'process.exit(0)'],
  ['never resolves', 'module.exports = new Promise(() => {})'],
])('a declaration that %s is an error, and not a silent success', async (_, text) => {
  const { troupe, dir } = await openShell()
  await writeFile(join(dir, 'services.config.js'), text)

  const { code, stdout, stderr } = await troupe('start', 'services.config.js')

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('the program ended before the verb was done')
})
