import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startManager, type TestTroupe } from '../../support/troupe.ts'

const stay = 'setInterval(() => {}, 1_000)'

async function running(
  script: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<TestTroupe> {
  const troupe = await startManager()
  const path = join(troupe.home.dir, 'service.cjs')
  await writeFile(path, script)
  await troupe.declare({ apps: [{ name: 'api', script: path, ...fields }] })
  return troupe
}

const heard = (troupe: TestTroupe, text: string) =>
  eventually(`it says ${text}`, async () => {
    const { lines } = await troupe.client.command('logs', 'api', { streams: ['out'] })
    return lines.some(({ line }) => line === text) ? true : undefined
  })

describe.each([
  ['fork', {}],
  ['cluster', { exec_mode: 'cluster' }],
])('a service in %s mode', (_, mode) => {
  test('that says when it is ready is online from then on', async () => {
    const script = `setTimeout(() => process.send('ready'), 300); ${stay}`

    const troupe = await running(script, { ...mode, wait_ready: true })

    const [online] = troupe.events('instance.online', 'api')
    expect(online?.data.bootMs).toBeGreaterThan(290)
    expect(await troupe.view('api')).toMatchObject({ state: 'online' })
  })

  test('that never says it is ready is ended, and never taken for ready', async () => {
    const fields = { ...mode, wait_ready: true, listen_timeout: 200, max_restarts: 1 }

    const troupe = await running(stay, fields)

    expect(await troupe.view('api')).toMatchObject({
      state: 'errored',
      why: 'it was not ready within 200 ms, max_restarts is 1',
    })
    expect(troupe.events('instance.online', 'api')).toEqual([])
    expect(troupe.events('instance.ready_timeout', 'api')).toHaveLength(1)
    expect(troupe.traces().filter(({ command }) => command.includes('service.cjs'))).toEqual([])
  })

  test('is told of its end by a message where it wants that', async () => {
    const script = `process.on('message', (m) => m === 'shutdown' && process.exit(7)); ${stay}; console.log('up')`
    const troupe = await running(script, { ...mode, shutdown_with_message: true })
    await heard(troupe, 'up')

    await troupe.client.stop('api')

    const [exited] = troupe.events('instance.exited', 'api')
    expect(exited?.data).toMatchObject({ exit: { code: 7 }, planned: true })
  })

  test('hears messages and signals, and is heard', async () => {
    const script = `
      process.on('SIGUSR2', () => console.log('signalled'))
      process.on('message', (message) => { console.log(message.text); process.send({ reply: message.text }) })
      ${stay}
      console.log('up')`
    const troupe = await running(script, mode)
    await heard(troupe, 'up')

    await troupe.client.command('signal', 'api', { signal: 'SIGUSR2' })
    await heard(troupe, 'signalled')
    await troupe.client.command('send', 'api', { data: { text: 'good day' } })
    await heard(troupe, 'good day')

    await eventually('its reply is an event', () => troupe.events('instance.message', 'api')[0])
    const [said] = troupe.events('instance.message', 'api')
    expect(said?.data.message).toEqual({ reply: 'good day' })
  })
})

test('a wait for readiness goes on while the manager dies', async () => {
  const troupe = await startManager()
  const path = join(troupe.home.dir, 'service.cjs')
  const go = join(troupe.home.dir, 'go')
  await writeFile(
    path,
    `setInterval(() => require('fs').existsSync('${go}') && process.send('ready'), 20)`,
  )
  const app = { name: 'api', script: path, wait_ready: true, listen_timeout: 20_000 }
  const declared = troupe.declare({ apps: [app] }).catch(() => 'the manager died')
  await troupe.until('api', 'starting')

  await troupe.killManager()
  await declared
  await troupe.reconnect()
  await troupe.until('api', 'starting')
  await writeFile(go, '')

  await troupe.until('api', 'online')
  expect(troupe.events('instance.spawned', 'api')).toHaveLength(1)
})

test('the number of instances follows scale, and the file', async () => {
  const troupe = await running(stay, { instances: 2 })
  const count = async () => (await troupe.client.list()).length

  await troupe.client.command('scale', 'api', { to: '+2' })
  expect(await count()).toBe(4)
  await troupe.client.command('scale', 'api', { to: '1' })

  await eventually('one is left', async () => ((await count()) === 1 ? true : undefined))
  expect(await troupe.view('api', 0)).toMatchObject({ state: 'online' })
})

test('what was counted is forgotten by a reset', async () => {
  const troupe = await running(stay)
  await troupe.client.restart('api')
  expect(await troupe.view('api')).toMatchObject({ restarts: 1 })

  await troupe.client.command('reset', 'api', {})

  expect(await troupe.view('api')).toMatchObject({ restarts: 0, state: 'online' })
})

test('what reaches nobody is said to', async () => {
  const troupe = await running(stay)
  await troupe.client.stop('api')

  await expect(troupe.client.command('send', 'api', { data: 'x' })).rejects.toMatchObject({
    code: 'E_FAILED',
  })
  await expect(troupe.client.command('signal', 'api', { signal: 'SIGUSR2' })).rejects.toMatchObject(
    {
      message: 'api was not reached: no process of it runs',
    },
  )
})
