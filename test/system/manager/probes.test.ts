import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/redis/free-port.ts'
import { isRunning } from '../../support/traces.ts'
import { startManager } from '../../support/troupe.ts'

/** A server whose /health answers what a file says, from some time on. */
const server = `
  const { existsSync } = require('node:fs')
  const answer = ({ url }, response) => {
    response.statusCode = url === '/health' && existsSync('ill') ? 503 : 200
    response.end('ok')
  }
  setTimeout(() => require('node:http').createServer(answer).listen(process.env.PORT), Number(process.env.AFTER ?? 0))`

async function serving(fields: Readonly<Record<string, unknown>>, env = {}) {
  const troupe = await startManager()
  const PORT = await freePort()
  const { dir } = troupe.home
  const script = join(dir, 'server.cjs')
  await writeFile(script, server)
  const app = {
    name: 'api',
    script,
    cwd: dir,
    env: { PORT, ...env },
    listen_timeout: 10_000,
    ...fields,
  }
  const probe = { http: { port: PORT, path: '/health' }, interval: 50 }
  return { troupe, dir, app, probe, PORT }
}

test('a service is online once its probe answers', async () => {
  const { troupe, app, probe } = await serving({}, { AFTER: 300 })

  await troupe.declare({ apps: [{ ...app, readiness: probe }] })

  const [online] = troupe.events('instance.online', 'api')
  expect(online?.data.bootMs).toBeGreaterThan(290)
})

test('one that answers unwell is never online, and why says what it answered', async () => {
  const { troupe, app, probe, dir } = await serving({ listen_timeout: 500, max_restarts: 1 })
  await writeFile(join(dir, 'ill'), '')

  await troupe.declare({ apps: [{ ...app, readiness: probe }] })

  expect(troupe.events('instance.online', 'api')).toEqual([])
  expect(await troupe.why('api')).toContain('not ready within 500 ms: GET /health answered 503')
})

test('one that falls ill is restarted; a command and a port are probes as well', async () => {
  const { troupe, app, dir, PORT } = await serving({})
  const liveness = {
    exec: 'test ! -e ill || { echo it is ill; exit 1; }',
    interval: 50,
    failures: 2,
  }
  await troupe.declare({ apps: [{ ...app, readiness: `tcp://:${PORT}`, liveness }] })
  const before = await troupe.pidOf('api')

  await writeFile(join(dir, 'ill'), '')

  const [ill] = await eventually('it is found ill', () => {
    const found = troupe.events('instance.unhealthy', 'api')
    return found.length > 0 ? found : undefined
  })
  expect(ill?.data.why).toBe('exited with 1: it is ill, 2 times in a row')
  await eventually('another process runs', async () => {
    const { pid } = await troupe.view('api')
    return pid !== undefined && pid !== before ? true : undefined
  })
})

test('a reload whose new process fails its probe is rolled back, and the old one serves on', async () => {
  const { troupe, app, probe, dir } = await serving({ listen_timeout: 600, instances: 1 })
  await troupe.declare({ apps: [{ ...app, readiness: probe }] })
  const before = await troupe.pidOf('api')
  await writeFile(join(dir, 'ill'), '')

  await expect(troupe.client.command('reload', 'api', {})).rejects.toMatchObject({
    message: expect.stringContaining('not ready within 600 ms: GET /health answered 503') as string,
  })

  expect(await troupe.pidOf('api')).toBe(before)
})

test('a look that still runs ends with the service it looks at', async () => {
  const { troupe, app, dir } = await serving({})
  const liveness = { exec: 'echo $$ > look; exec sleep 60', interval: 50, timeout: '30s' }
  await troupe.declare({ apps: [{ ...app, liveness }] })
  const look = await eventually('it is looked at', async () => {
    const text = await readFile(join(dir, 'look'), 'utf8').catch(() => '')
    return text.endsWith('\n') ? Number(text) : undefined
  })

  await troupe.client.command('stop', 'api', {})

  await expect.poll(() => isRunning(look)).toBe(false)
})

test('a probe goes on with the next manager', async () => {
  const { troupe, app, probe, dir } = await serving({})
  const liveness = { ...probe, failures: 1 }
  await troupe.declare({ apps: [{ ...app, readiness: probe, liveness }] })

  await troupe.killManager()
  await troupe.reconnect()
  await writeFile(join(dir, 'ill'), '')

  await eventually('it is found ill', () => troupe.events('instance.unhealthy', 'api')[0])
  expect(troupe.events('instance.adopted', 'api')).toHaveLength(1)
})

test.each(['rr', 'none'])(
  'of processes clustered by %s the one that is ill is restarted',
  async (policy) => {
    const troupe = await startManager()
    const PORT = await freePort()
    const { dir } = troupe.home
    const script = join(dir, 'workers.cjs')
    await writeFile(
      script,
      `
  const { existsSync } = require('node:fs')
  require('node:http').createServer(({ url, socket: { remoteAddress } }, response) => {
    const isIll = existsSync('ill-' + process.pid)
    response.statusCode = isIll || url !== '/health' || remoteAddress !== '127.0.0.1' ? 503 : 200
    response.end('ok')
  }).listen(process.env.PORT)
  setInterval(() => { while (existsSync('hung-' + process.pid)); }, 20)`,
    )
    const probe = { http: { port: PORT, path: '/health' }, interval: 50, timeout: 400 }
    const app = {
      name: 'api',
      script,
      cwd: dir,
      env: { PORT, NODE_CLUSTER_SCHED_POLICY: policy },
      instances: 3,
      kill_timeout: 200,
    }
    await troupe.declare({ apps: [{ ...app, readiness: probe, liveness: probe }] })
    const pids = async () => (await troupe.client.list()).map(({ pid }) => pid)
    const replaced = (pid: number | undefined) =>
      eventually('another stands in its place', async () => {
        const now = await pids()
        return now.every(Boolean) && now.length === 3 && !now.includes(pid) ? now : undefined
      })
    const before = await pids()

    await writeFile(join(dir, `ill-${before[1]}`), '')
    const then = await replaced(before[1])
    await writeFile(join(dir, `hung-${then[2]}`), '')
    const last = await replaced(then[2])

    expect(then).toEqual([before[0], expect.any(Number), before[2]])
    expect(last).toEqual([then[0], then[1], expect.any(Number)])
    expect(troupe.events('instance.unhealthy', 'api').map(({ data }) => data.why)).toEqual([
      'GET /health answered 503, 3 times in a row',
      'the worker did not answer in 400 ms, 3 times in a row',
    ])
  },
)
