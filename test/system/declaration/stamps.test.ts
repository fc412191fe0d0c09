import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openShell } from '../../support/command-line.ts'
import { type TestTroupe, startManager } from '../../support/troupe.ts'

const code = `
console.log('one\\ntwo')
process.stdout.write('thr')
process.stdout.write('ee\\nfo')
console.error('oops')
process.stdout.write(Buffer.from('ur\\n'), () => process.exit(3))`

/** Both logs of an app, once it has ended. */
async function logsOf(
  troupe: TestTroupe,
  fields: Readonly<Record<string, unknown>>,
): Promise<{ readonly out: string; readonly error: string }> {
  const script = join(troupe.home.dir, 'app.cjs')
  await writeFile(script, code)
  await troupe.declare({ apps: [{ name: 'web', script, restart: 'never', ...fields }] })
  await troupe.until('web', 'stopped')
  const read = (stream: string): Promise<string> =>
    readFile(join(troupe.home.logsDir, `web-${stream}.log`), 'utf8')
  return { out: await read('out'), error: await read('error') }
}

test('each line that a Node service writes bears one stamp, however it was written', async () => {
  const troupe = await startManager()

  const { out, error } = await logsOf(troupe, { log_date_format: 'YYYY-MM-DD HH:mm:ss.SSS Z' })

  const stamp = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d: /gm
  expect(out.match(stamp)).toHaveLength(4)
  expect(out.replaceAll(stamp, '')).toBe('one\ntwo\nthree\nfour\n')
  expect(error.replaceAll(stamp, '')).toBe('oops\n')
})

test('or is an object of its own', async () => {
  const troupe = await startManager()

  const { out, error } = await logsOf(troupe, { log_type: 'json' })

  const objects = out
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  const common = { timestamp: expect.stringMatching(/Z$/), process_id: 0, app_name: 'web' }
  expect(objects).toEqual(
    ['one', 'two', 'three', 'four'].map((message) => ({ ...common, message, type: 'out' })),
  )
  expect(JSON.parse(error)).toEqual({ ...common, message: 'oops', type: 'err' })
})

test('a service that is no Node is started with a note', async () => {
  const { troupe, dir } = await openShell()
  const apps = [{ name: 'job', script: 'exec sleep 1000', time: true }]
  await writeFile(join(dir, 'processes.json'), JSON.stringify({ apps }))

  const { code: status, stdout, stderr } = await troupe('start', 'processes.json')

  expect(status).toBe(0)
  expect(stdout + stderr).toContain('job: only Node services stamp what they write')
})
