import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentFile } from '../../../src/process/built-file.ts'
import { Diary } from './diary.ts'
import { labForEachTest, node } from './lab.ts'

const lab = labForEachTest()
const fixture = (name: string): string => new URL(name, import.meta.url).pathname
const run = (code: string, over = {}) => lab.launch([node, '-e', code], { agent: true, ...over })

test('a service speaks as if its manager had forked it', async () => {
  const service = await run(`
    process.send('ready')
    process.on('message', (m) => process.send({ got: m, connected: process.connected }))`)

  await service.said('ready')
  expect(service.process.tell?.({ kind: 'message', data: [1, 'two'] })).toBe(true)

  expect((await service.said('message')).data).toEqual({ got: [1, 'two'], connected: true })
})

test('without an agent nobody can be told anything', async () => {
  const service = await lab.launch([node, '-e', 'setInterval(() => {}, 1000)'])
  await service.started

  expect(service.process.tell?.({ kind: 'message', data: 1 })).toBe(false)
})

test.each([20, 400])(
  'the manager is killed for a second while a service says %i numbers: none is lost, none is doubled',
  async (count) => {
    const diary = new Diary(lab)
    const argv = [node, fixture('talkative.cjs'), `${count}`, count > 100 ? '5' : '100'] as const
    await diary.nextManager([lab.order([...argv], { agent: true })])
    await expect.poll(async () => (await diary.words()).length).toBeGreaterThan(5)

    await diary.killManager()
    await outage(1_000)
    await diary.nextManager()

    await expect.poll(async () => (await diary.words()).length, { timeout: 10_000 }).toBe(count)
    const told = (await diary.words()).map((word) => word.kind === 'message' && word.data)
    expect(told).toEqual(Array.from({ length: count }, (_, n) => ({ n: n + 1 })))
  },
)

test('more words than the queue holds are counted as lost, and the newest are kept', async () => {
  const diary = new Diary(lab)
  const argv = [node, '-e', manyWords] as const
  await diary.nextManager([lab.order([...argv], { agent: true })])
  await expect.poll(() => diary.words()).toHaveLength(1)
  await diary.killManager()
  await writeFile(join(lab.home, 'go'), '')
  await outage(500)

  await diary.nextManager()

  await expect.poll(async () => (await diary.words()).length).toBe(1002)
  const [, lost, ...rest] = await diary.words()
  expect(lost).toEqual({ kind: 'lost', count: 500 })
  expect(rest.at(-1)).toEqual({ kind: 'message', data: 1500 })
})

/** 1,500 words at once, as soon as a file is there. */
const manyWords = `
  process.send('ready')
  const timer = setInterval(() => {
    if (!require('fs').existsSync('go')) return
    clearInterval(timer)
    for (let n = 1; n <= 1500; n++) process.send(n)
    process.on('message', () => {})
  }, 10)`

test('children of a service carry no agent, however they are made', async () => {
  const look = 'console.log(JSON.stringify([process.env.TROUPE_AGENT ?? null, process.execArgv]))'
  await writeFile(join(lab.home, 'look.cjs'), look)
  const service = await run(`
    const { execFileSync, fork } = require('child_process')
    const { Worker } = require('worker_threads')
    require('./look.cjs')
    process.stdout.write(execFileSync(process.execPath, ['look.cjs']))
    fork('look.cjs').on('exit', () => new Worker('./look.cjs'))`)

  await service.exited

  const [own, spawned, forked, thread] = (await service.out()).trim().split('\n')
  expect([spawned, forked]).toEqual(['[null,[]]', '[null,[]]'])
  expect([own, thread]).toEqual([expect.stringMatching(/^\[null,\["-e"/), own])
})

test('a service that listens to nobody ends by itself, and says what it had to say', async () => {
  const service = await run(`process.send('ready'); process.send({ last: true })`)

  expect((await service.exited).exit).toEqual({ code: 0 })
  expect(service.words).toEqual([{ kind: 'ready' }, { kind: 'message', data: { last: true } }])
})

test('a service that listens stays, until it disconnects', async () => {
  const service = await run(`
    process.on('disconnect', () => console.log('disconnected', process.connected))
    process.on('message', (m) => m === 'go' && process.disconnect())
    process.send('ready')`)
  await service.said('ready')

  service.process.tell?.({ kind: 'message', data: 'go' })

  expect((await service.exited).exit).toEqual({ code: 0 })
  expect(await service.out()).toBe('disconnected false\n')
})

test('what a service listens on is told, on all addresses or on one', async () => {
  const service = await run(`
    const { createServer } = require('http')
    createServer().listen(21441, () => createServer().listen(21442, '127.0.0.1'))`)

  await expect
    .poll(() => service.words)
    .toEqual([
      { kind: 'listening', port: 21_441 },
      { kind: 'listening', address: '127.0.0.1', port: 21_442 },
    ])
})

test('a drained service finishes its requests, hears of it, and may tidy up at a signal', async () => {
  const service = await run(`
    const server = require('http').createServer((_, response) => {
      process.send('asked')
      setTimeout(() => response.end('done'), 300)
    })
    server.listen(21443, '127.0.0.1', () => process.send('ready'))
    process.on('drain', (word) => console.log('draining', word.idleMs))
    process.on('SIGINT', () => { console.log('tidied up'); process.exit(3) })`)
  await service.said('ready')
  const answer = fetch('http://127.0.0.1:21443/').then((response) => response.text())
  await service.said('message')

  const drain = { kind: 'drain', idleMs: 200, deadlineMs: 5_000, signal: 'SIGINT' } as const
  expect(service.process.tell?.(drain)).toBe(true)

  expect(await answer).toBe('done')
  expect((await service.exited).exit).toEqual({ code: 3 })
  expect(service.words.slice(-2)).toEqual([
    { kind: 'draining' },
    { kind: 'drained', served: 0, forced: 0 },
  ])
  expect(await service.out()).toBe('draining 200\ntidied up\n')
})

test('an agent that cannot be loaded into a world without a manager harms nobody', async () => {
  const env = { PATH: process.env['PATH'] ?? '', TROUPE_AGENT: 'not json' }

  expect(
    execFileSync(node, ['--require', agentFile, '-e', 'console.log(1)'], { env }).toString(),
  ).toBe('1\n')
  const config = { kind: 'fork', socket: '/nowhere/agents.sock', cookie: 'x' }
  const lost = { ...env, TROUPE_AGENT: JSON.stringify(config) }
  const code = `process.send('ready'); process.send(() => {}) `
  expect(() =>
    execFileSync(node, ['--require', agentFile, '-e', code], { env: lost, stdio: 'pipe' }),
  ).toThrow('cannot be sent')
  const quiet = `process.send('ready', () => console.log('told'))`
  expect(execFileSync(node, ['--require', agentFile, '-e', quiet], { env: lost }).toString()).toBe(
    'told\n',
  )
})

/** The length of an outage is what is tested. */
function outage(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
