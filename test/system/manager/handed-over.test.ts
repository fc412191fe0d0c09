import { writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../../support/redis/free-port.ts'
import { startManager } from '../../support/troupe.ts'

async function serving(answer: string, fields: Readonly<Record<string, unknown>> = {}) {
  const troupe = await startManager()
  const PORT = await freePort()
  const { dir } = troupe.home
  const script = join(dir, 'server.cjs')
  await writeFile(script, `require('node:http').createServer(${answer}).listen(process.env.PORT)`)
  const ready = { readiness: 'listen', listen_timeout: 10_000 }
  const app = { name: 'api', script, cwd: dir, env: { PORT }, instances: 2, ...ready, ...fields }
  await troupe.declare({ apps: [app] })
  return { troupe, PORT }
}

/** The answer, or how there was none. */
function ask(port: number, agent: Agent | false = false): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, agent, timeout: 10_000 }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(text))
      response.on('error', ({ message }) => resolve(message))
    })
    request.on('timeout', () => request.destroy(new Error('no answer in 10 s')))
    request.on('error', ({ message }) => resolve(message))
  })
}

test('a connection that a worker was handed and did not take before it died, is served by another', async () => {
  const { troupe, PORT } = await serving(`(_, response) => response.end('served')`)
  const dying = await troupe.pidOf('api', 0)
  process.kill(dying, 'SIGSTOP')

  const answers = Array.from({ length: 6 }, () => ask(PORT))
  // The other one has answered all but the one that was handed to the sleeper.
  const first = await Promise.all(answers.slice(0, 1).concat(answers.slice(2, 3)).map(settled))
  process.kill(dying, 'SIGKILL')

  expect(first).toHaveLength(2)
  expect(await Promise.all(answers)).toEqual(answers.map(() => 'served'))
})

test('a reload fails no request of a service that says keep-alive itself', async () => {
  const answer = `(_, response) => {
    response.setHeader('Connection', 'keep-alive')
    setTimeout(() => response.writeHead(200, { connection: 'keep-alive' }).end('served'), 5)
  }`
  const { troupe, PORT } = await serving(answer, { drain_timeout: 5_000 })
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const answers: string[] = []
  let isOver = false
  const client = async (): Promise<void> => {
    while (!isOver) answers.push(await ask(PORT, agent))
  }
  const clients = Array.from({ length: 4 }, () => client())

  await troupe.client.command('reload', 'api', {})
  isOver = true
  await Promise.all(clients)
  agent.destroy()

  expect(answers.length).toBeGreaterThan(50)
  expect(answers.filter((one) => one !== 'served')).toEqual([])
})

/** Waits a moment for what may never come. */
function settled(answer: Promise<string>): Promise<string | undefined> {
  return Promise.race([
    answer,
    new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), 300)
    }),
  ])
}
