import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openShell } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { startRedis } from '../../support/redis.ts'

const file = new URL('../../../examples/quickstart/processes.json', import.meta.url).pathname

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function ask(port: number, method = 'GET') {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('the article’s two services start from its file and say that there is no Redis', async () => {
  const port = await freePort()
  const { troupe } = await openShell({ PORT: String(port), REDIS_URL: 'redis://127.0.0.1:1' })

  const started = await troupe('start', file)

  expect(started.code).toBe(0)
  expect(started.stdout).toMatch(/web-api.*online[^]*worker.*online/)
  expect(started.stderr).not.toContain('note:')
  expect(started.stdout).toMatch(/web-api +cluster /)
  const { body } = await eventually('the API answers', () => ask(port))
  expect(body).toMatchObject({ service: 'web-api', lastTick: null })
  await eventually('the worker says so', async () => {
    const { stdout } = await troupe('logs', 'worker', '--nostream')
    return /no Redis at redis:\/\/127\.0\.0\.1:1, so I work alone[^]*tick 1/.test(stdout)
      ? true
      : undefined
  })
})

test('with a Redis the API hears the worker, and the worker does jobs', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const port = await freePort()
  const { troupe } = await openShell({ PORT: String(port), REDIS_URL: redis.url })

  await troupe('start', file)

  const { body } = await eventually('the API has heard a tick', async () => {
    const answer = await ask(port)
    return answer.body['lastTick'] === null ? undefined : answer
  })
  expect(body['lastTick']).toMatchObject({ pid: expect.any(Number) })
  await eventually('a job is taken', async () => {
    const { status } = await ask(port, 'POST')
    return status === 202 ? true : undefined
  })
  await eventually('the worker has done it', async () => {
    const { stdout } = await troupe('logs', 'worker', '--nostream')
    return stdout.includes('job done') ? true : undefined
  })
})

test('--env production is on top of the common environment', async () => {
  const { troupe } = await openShell({
    PORT: String(await freePort()),
    REDIS_URL: 'redis://127.0.0.1:1',
  })

  await troupe('start', file, '--env', 'production', '--only', 'worker')

  await eventually('the worker has the interval of production', async () => {
    const { stdout } = await troupe('logs', 'worker', '--nostream')
    return stdout.includes('worker ticks every 60000 ms') ? true : undefined
  })
  const unknown = await troupe('start', file, '--env', 'prodution')
  expect(unknown.code).not.toBe(0)
  expect(unknown.stderr).toContain('production')
})
