import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { article } from '../../declaration/article.ts'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/redis/free-port.ts'

test('the commands of the article do what they say there, one after the other', async () => {
  const PORT = String(await freePort())
  const { troupe, dir } = await openShell({ PORT })
  const file = join(dir, 'processes.json')
  await writeFile(file, article)
  const api = `require('node:http').createServer((_, r) => r.end('ok')).listen(process.env.PORT)`
  await writeFile(join(dir, 'api.js'), api)
  const worker = `console.log('every ' + process.env.INTERVAL); setInterval(() => {}, 1_000)`
  await writeFile(join(dir, 'worker.js'), worker)
  const run = async (...words: readonly string[]) => {
    const { code, stderr } = await troupe(...words)
    const { stdout } = await troupe('jlist')
    const list = JSON.parse(stdout) as { name: string; pid: number; pm2_env: { status: string } }[]
    const states = list.map(({ name, pm2_env }) => `${name} ${pm2_env.status}`)
    return { code, stderr, states: [...new Set(states)], pids: list.map(({ pid }) => pid) }
  }
  const said = (what: string) =>
    eventually(`the worker says "${what}"`, async () => {
      const { stdout } = await troupe('logs', 'worker', '--nostream')
      return stdout.includes(what) ? true : undefined
    })
  const up = ['web-api online', 'worker online']

  const started = await run('start', file)
  expect(started).toMatchObject({ code: 0, states: up })
  await said('every 1000')

  expect(await run('start', file, '--env', 'production')).toMatchObject({ code: 0, states: up })
  await said('every 60000')

  expect(await run('stop', file)).toMatchObject({
    code: 0,
    states: ['web-api stopped', 'worker stopped'],
  })
  expect(await run('delete', file)).toMatchObject({ code: 0, states: [] })

  const reloaded = await run('reload', file)
  expect(reloaded).toMatchObject({ code: 0, states: up })
  const again = await run('reload', file)
  expect(again).toMatchObject({ code: 0, states: up })
  expect(again.pids.filter((pid) => reloaded.pids.includes(pid))).toEqual([])

  expect(await run('stop', 'web-api')).toMatchObject({
    code: 0,
    states: ['web-api stopped', 'worker online'],
  })
  expect(await run('reload', 'web-api')).toMatchObject({ code: 0 })
})
