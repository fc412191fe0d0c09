import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/redis/free-port.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'
import { type Load, RawClients } from '../process/raw-client.ts'

const loads: Readonly<Record<string, Load>> = {
  'busy keep-alive connections': { clients: 8, keepAlive: true, thinkMs: 0 },
  'connections that pause': { clients: 20, keepAlive: true, thinkMs: 40 },
  'a connection for each request': { clients: 4, keepAlive: false, thinkMs: 5 },
}

const reloads = 20

const good = `
  const answer = (request, response) => {
    const body = String(process.pid)
    setTimeout(() => response.end(body), 2)
  }
  require('node:http').createServer(answer).listen(process.env.PORT)`

/** A clustered service of two processes whose build can be replaced. */
async function serving(more: Readonly<Record<string, unknown>> = {}) {
  const troupe = await startManager()
  const PORT = await freePort()
  const script = join(troupe.home.dir, 'build.cjs')
  await writeFile(script, good)
  const app = { name: 'web', script, instances: 2, min_uptime: 150, env: { PORT }, ...more }
  await troupe.declare({ apps: [app] })
  // One that has not read its build yet would read the next one.
  const heard = new Set<string>()
  await eventually('both have answered', async () => {
    heard.add(await answerOf(PORT))
    return heard.size === 2 ? true : undefined
  })
  return { troupe, port: PORT, build: (text: string) => writeFile(script, text) }
}

async function answerOf(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } })
  return await response.text()
}

const pidsOf = async (troupe: TestTroupe) =>
  [await troupe.pidOf('web', 0), await troupe.pidOf('web', 1)] as const

const reload = (troupe: TestTroupe) => troupe.client.command('reload', 'web', {})

test(`${reloads} reloads under three kinds of load at once: no request fails`, async () => {
  const { troupe, port } = await serving()
  const clients = Object.values(loads).map((load) => new RawClients(port, load))

  for (let n = 0; n < reloads; n++) await reload(troupe)
  const tallies = await Promise.all(clients.map((each) => each.stop()))

  for (const tally of tallies) {
    expect(tally).toMatchObject({ reset: 0, refused: 0, hung: 0 })
    expect(tally.by.size).toBeGreaterThan(reloads)
  }
  const completed = troupe.events('reload.completed', 'web')
  expect(completed.map(({ data }) => [data.replaced, data.forced])).toEqual(
    Array.from({ length: reloads }, () => [2, 0]),
  )
}, 180_000)

test.each([
  ['throws at its start', `throw new Error('a bad build')`, 'ended with code 1'],
  ['never listens', 'setInterval(() => {}, 1_000)', 'did not listen within 600 ms'],
  [
    'listens and then dies',
    `${good}\nprocess.nextTick(() => setTimeout(() => process.exit(3), 50))`,
    'ended with code 3',
  ],
])('a build that %s hurts nobody, and is said to', async (_, bad, why) => {
  const { troupe, port, build } = await serving({ listen_timeout: 600, min_uptime: 1_000 })
  const before = await pidsOf(troupe)
  const all = Object.values(loads).map((load) => new RawClients(port, load))

  await build(bad)
  await expect(reload(troupe)).rejects.toMatchObject({
    code: 'E_FAILED',
    message: expect.stringContaining(why) as string,
  })

  for (const clients of all) {
    expect(await clients.stop()).toMatchObject({ reset: 0, refused: 0, hung: 0 })
  }
  expect(await pidsOf(troupe)).toEqual(before)
  const [rolledBack] = troupe.events('reload.rolled_back', 'web')
  expect(rolledBack?.data).toMatchObject({ left: [], why: expect.stringContaining(why) as string })
})

test.each([0, 120, 350])(
  'the manager is killed %i ms into a reload under load: no request fails, and the next one finishes it',
  async (afterMs) => {
    const { troupe, port } = await serving()
    const before = await pidsOf(troupe)
    const clients = new RawClients(port, { clients: 6, keepAlive: true, thinkMs: 5 })

    const asked = reload(troupe).catch(() => 'the manager died')
    await eventually('the reload has begun', () => troupe.events('reload.started', 'web')[0])
    const begun = performance.now()
    await eventually('its time has come', () =>
      performance.now() - begun >= afterMs ? true : undefined,
    )
    await troupe.killManager()
    await asked
    await troupe.reconnect()
    await eventually('the reload is over', () => {
      const over = [...troupe.events('reload.completed'), ...troupe.events('reload.rolled_back')]
      return over[0]
    })

    const pids = await pidsOf(troupe)
    const tally = await clients.stop()
    expect(tally).toMatchObject({ reset: 0, refused: 0, hung: 0 })
    expect(pids.filter((pid) => before.includes(pid))).toEqual([])
    expect(troupe.traces().length).toBeGreaterThanOrEqual(2)
  },
)

test('a reload of the file leaves down the instance that was stopped by itself, also for the next manager', async () => {
  const { troupe, port } = await serving()
  const script = join(troupe.home.dir, 'build.cjs')
  await troupe.client.stop('web#0')
  const app = { name: 'web', script, instances: 2, min_uptime: 150, env: { PORT: port, V: 2 } }

  await troupe.declare({ apps: [app] }, 'reload')
  expect(await troupe.client.list()).toMatchObject([{ state: 'stopped' }, { state: 'online' }])

  await troupe.killManager()
  await troupe.reconnect()
  expect(await troupe.client.list()).toMatchObject([{ state: 'stopped' }, { state: 'online' }])
})

test('a reload of the file starts what is stopped altogether', async () => {
  const { troupe, port } = await serving()
  const script = join(troupe.home.dir, 'build.cjs')
  await troupe.client.stop('web')
  const app = { name: 'web', script, instances: 2, min_uptime: 150, env: { PORT: port } }

  await troupe.declare({ apps: [app] }, 'reload')

  expect(await troupe.client.list()).toMatchObject([{ state: 'online' }, { state: 'online' }])
})
