import { writeFile } from 'node:fs/promises'
import { connect, type ClientHttp2Session } from 'node:http2'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/redis/free-port.ts'
import { startManager } from '../../support/troupe.ts'

/** `/slow` answers with its pid at once, and once more after a second. */
const server = `
  require('node:http2').createServer((request, response) => {
    response.write(process.pid + ' ')
    setTimeout(() => response.end('done'), request.url === '/slow' ? 1_000 : 1)
  }).listen(process.env.PORT)`

async function serving() {
  const troupe = await startManager()
  const PORT = await freePort()
  const { dir } = troupe.home
  const script = join(dir, 'server.cjs')
  await writeFile(script, server)
  const app = { name: 'api', script, cwd: dir, env: { PORT }, instances: 2, min_uptime: 100 }
  await troupe.declare({ apps: [{ ...app, drain_timeout: 20_000 }] })
  return { troupe, url: `http://127.0.0.1:${PORT}` }
}

function ask(session: ClientHttp2Session, path: string): Promise<string> {
  return new Promise((resolve) => {
    const stream = session.request({ ':path': path })
    let text = ''
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => (text += chunk))
    stream.on('end', () => resolve(text))
    stream.on('error', ({ message }) => resolve(message))
  })
}

/**
 * As clients do: one session for everything, and the next once it is told to open no more streams on this one. No
 * request is asked twice.
 */
function clientOf(url: string) {
  let session: ClientHttp2Session | undefined
  onTestFinished(() => session?.destroy())
  return (path: string): Promise<string> => {
    if (session === undefined || session.closed || session.destroyed) {
      session = connect(url)
      session.on('error', () => {})
    }
    return ask(session, path)
  }
}

test('a reload lets HTTP/2 streams finish, and clients go on with the new processes', async () => {
  const { troupe, url } = await serving()
  const clients = Array.from({ length: 4 }, () => clientOf(url))
  const first = await eventually('it answers', async () => {
    const answers = await Promise.all(clients.map((client) => client('/')))
    return answers.every((answer) => answer.endsWith('done')) ? answers : undefined
  })
  const answers: string[] = []
  let isOver = false
  const load = clients.map(async (client, n) => {
    while (!isOver) answers.push(await client(n % 2 === 0 ? '/slow' : '/'))
  })

  for (let n = 0; n < 3; n++) await troupe.client.command('reload', 'api', {})
  isOver = true
  await Promise.all(load)

  expect(answers.filter((answer) => !/^\d+ done$/.test(answer))).toEqual([])
  const pids = new Set([...first, ...answers].map((answer) => answer.split(' ')[0]))
  expect(pids.size).toBeGreaterThanOrEqual(4)
  const forced = troupe.events('reload.completed').map(({ data }) => data.forced)
  expect(forced).toEqual([0, 0, 0])
})
