import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Diary } from './diary.ts'
import { isRunning, labForEachTest, type Subject } from './lab.ts'

const lab = labForEachTest()
const script = new URL('clustered.cjs', import.meta.url).pathname
const port = 21_410
const url = (path: string): string => `http://127.0.0.1:${port}${path}`
const ask = async (path = '/'): Promise<string> =>
  (
    await fetch(url(path), { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) })
  ).text()

const worker = (slot: number, over = {}) => lab.worker(script, { slot, args: [`${port}`], ...over })

async function twoWorkers(): Promise<[Subject, Subject]> {
  const both = await Promise.all([lab.start(worker(0)), lab.start(worker(1))])
  await Promise.all(both.map((one) => one.said('listening')))
  return both
}

test('the workers of a service share a port, and one primary forks them all', async () => {
  const [a, b] = await twoWorkers()

  const answers = new Set([await ask(), await ask(), await ask(), await ask()])

  expect(answers).toEqual(new Set([String(await a.started), String(await b.started)]))
  expect(a.process.guardPid).toBe(b.process.guardPid)
})

test('ends of workers are noted as those of any process: by code, and by signal', async () => {
  const [a, b] = await twoWorkers()

  process.kill(await a.started, 'SIGKILL')
  expect((await a.exited).exit).toEqual({ signal: 'SIGKILL' })
  await ask('/end/7').catch(() => '')

  expect((await b.exited).exit).toEqual({ code: 7 })
  expect(await readFile(join(a.record.dir, 'exit'), 'utf8')).toBe('137\n')
  expect(await readFile(join(b.record.dir, 'exit'), 'utf8')).toBe('7\n')
})

test('a worker has the environment that was declared for it, and nothing of its primary', async () => {
  const show = new URL('show-environment.cjs', import.meta.url).pathname
  const env = { PATH: process.env['PATH'] ?? '', COLOUR: 'green' }
  const one = await lab.start(lab.worker(show, { env, cluster: { nodeArgs: 0 } }))

  const { data } = await one.said('message')

  expect(data).toMatchObject({
    env: { ...env, PWD: lab.home, TROUPE_COOKIE: one.record.cookie },
    execArgv: [],
    cwd: lab.home,
  })
  const names = Object.keys((data as { env: object }).env)
  expect(names.filter((name) => /^TROUPE_(?!COOKIE)/.test(name))).toEqual([])
})

test('killing a worker leaves the others of its group alone', async () => {
  const [a, b] = await twoWorkers()

  await a.process.kill()

  expect((await a.exited).exit).toEqual({ signal: 'SIGKILL' })
  expect(b.isOver()).toBe(false)
  expect(await ask()).toBe(String(await b.started))
})

test('a manager is killed: the next adopts primary and workers, hears how they end, and forks more', async () => {
  const diary = new Diary(lab)
  await diary.nextManager([worker(0), worker(1)])
  await expect.poll(() => ask().catch(() => '')).not.toBe('')
  await diary.killManager()

  const found = await lab.host.survey()
  const [a, b] = await Promise.all(found.map((one) => lab.adopt(one)))
  if (!a || !b) throw new Error('two workers were expected')
  const [pid, primary] = [a.process.main?.pid ?? 0, a.process.guardPid]
  process.kill(pid, 'SIGSEGV')
  expect((await a.exited).exit).toEqual({ signal: 'SIGSEGV' })
  const c = await lab.start(worker(2))
  await c.said('listening')

  expect(c.process.guardPid).toBe(primary)
  const answers = new Set([await ask(), await ask(), await ask(), await ask()])
  expect(answers).toEqual(new Set([String(b.process.main?.pid), String(await c.started)]))
})

test('words go to a worker and come from it, whoever manages it', async () => {
  const diary = new Diary(lab)
  await diary.nextManager([worker(0)])
  await expect.poll(async () => (await diary.words()).length).toBe(2)
  await diary.killManager()
  const [found] = await lab.host.survey()
  if (!found) throw new Error('nothing was found')
  const adopted = await lab.adopt(found)

  expect(adopted.process.tell?.({ kind: 'message', data: { n: 1 } })).toBe(true)

  expect((await adopted.said('message')).data).toMatchObject({ echo: { n: 1 } })
  expect(adopted.words).toHaveLength(1)
})

test('an interpreter that ends at once is no Node: the start fails and says so', async () => {
  const broken = join(lab.home, 'node')
  await writeFile(broken, '#!/bin/sh\nexit 3\n')
  await chmod(broken, 0o755)
  const { argv, ...order } = worker(0)

  const started = lab.launch([broken, ...argv.slice(1)], order)

  await expect(started).rejects.toMatchObject({
    code: 'E_SPAWN',
    message: 'the primary of svc ended at once, with code 3',
    hint: expect.stringContaining(broken),
  })
  const another = await lab.start(worker(1))
  await another.said('listening')
})

test('the primary is killed: its workers end, and the next worker has a new one', async () => {
  const [a, b] = await twoWorkers()
  const primary = a.process.guardPid ?? 0

  process.kill(primary, 'SIGKILL')

  expect((await a.exited).exit).toEqual({ unknown: true })
  expect((await b.exited).exit).toEqual({ unknown: true })
  const c = await lab.start(worker(0))
  await c.said('listening')
  expect(c.process.guardPid).not.toBe(primary)
  expect(lab.primaries).toEqual(['up', 'lost', 'up'])
  expect(await ask()).toBe(String(await c.started))
})

test('workers that accept by themselves outlive their primary, and go on answering', async () => {
  const alone = { cluster: { scheduling: 'none' } as const }
  const [a, b] = await Promise.all([lab.start(worker(0, alone)), lab.start(worker(1, alone))])
  await Promise.all([a.said('listening'), b.said('listening')])
  const primary = a.process.guardPid ?? 0

  process.kill(primary, 'SIGKILL')
  await expect.poll(() => isRunning(primary)).toBe(false)

  const pids = [String(await a.started), String(await b.started)]
  for (let n = 0; n < 20; n++) expect(pids).toContain(await ask())
  expect([a.isOver(), b.isOver()]).toEqual([false, false])
  expect((await lab.host.survey()).map(({ kind }) => kind)).toEqual(['alive', 'alive'])
})

test('a primary stays while all its workers are restarted, and ends after the last when nobody needs it', async () => {
  const a = await lab.start(worker(0))
  await a.said('listening')
  const primary = a.process.guardPid ?? 0
  a.process.signal('SIGTERM')
  await a.exited
  const b = await lab.start(worker(0))
  await b.said('listening')
  expect(b.process.guardPid).toBe(primary)

  await lab.host.retirePrimary?.('svc')
  expect(isRunning(primary)).toBe(true)
  b.process.signal('SIGTERM')
  await b.exited

  await expect.poll(() => lab.primaries).toEqual(['up', 'retired'])
  expect(isRunning(primary)).toBe(false)
  const left = await lab.host.survey()
  expect(left.map((one) => one.kind)).toEqual(['exited', 'exited'])
})

test('a worker that is launched while its primary is leaving has another', async () => {
  const a = await lab.start(worker(0))
  await a.said('listening')
  a.process.signal('SIGTERM')
  await a.exited

  const retired = lab.host.retirePrimary?.('svc')
  const b = await lab.start(worker(0))
  await retired
  await b.said('listening')

  expect(await ask()).toBe(String(await b.started))
})

test('a script that is not there ends its worker, not the primary', async () => {
  const [a] = await twoWorkers()

  const broken = await lab.start(lab.worker('/nowhere/app.js', { slot: 2 }))

  expect((await broken.exited).exit).toEqual({ code: 1 })
  expect(a.isOver()).toBe(false)
  expect(await readFile(broken.record.files.error, 'utf8')).toContain(
    "Cannot find module '/nowhere/app.js'",
  )
})
