import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type LaunchOrder } from '../../../src/process/host.ts'
import { Diary } from './diary.ts'
import { isRunning, type Lab, labForEachTest } from './lab.ts'

const lab = labForEachTest()
const script = new URL('clustered.cjs', import.meta.url).pathname
const port = 21_430
const autonomy = { initialMs: 200, factor: 2, maxMs: 1_000, maxRestarts: 3, restCodes: [] }
const worker = (endAfterMs: number) =>
  lab.worker(script, { args: [`${port}`, `${endAfterMs}`], cluster: { autonomy } })

const settledKinds = async (from: Lab): Promise<readonly string[]> =>
  (await from.host.survey()).map((one) => one.kind)

test('a worker that dies while nobody manages it is started again; the next manager hears each end once', async () => {
  const diary = new Diary(lab)
  const order = worker(0)
  const [first, second, third] = successorsOf(order, 3)
  await diary.nextManager([order])
  await diary.killManager()

  process.kill(await pidOf(first), 'SIGSEGV')
  process.kill(await pidOf(second), 'SIGKILL')
  const pid = await pidOf(third)
  const found = (await lab.host.survey()).toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))

  expect(found.map((one) => [nameOf(one), one.kind])).toEqual([
    [first, 'exited'],
    [second, 'exited'],
    [third, 'alive'],
  ])
  expect(found).toMatchObject([
    { exit: { signal: 'SIGSEGV' } },
    { exit: { signal: 'SIGKILL' } },
    {},
  ])
  const newest = found.at(-1)
  if (!newest) throw new Error('nothing was found')
  const adopted = await lab.adopt(newest)
  expect(adopted.process.main?.pid).toBe(pid)
  adopted.process.signal('SIGTERM')
  expect((await adopted.exited).exit).toEqual({ signal: 'SIGTERM' })
})

test('a worker that ends as it was wished to is not started again', async () => {
  const diary = new Diary(lab)
  const cluster = { autonomy: { ...autonomy, restCodes: [9] } }
  const leaving = lab.worker(script, { args: [`${port}`, '500'], cluster })
  const killed = lab.worker(script, { slot: 1, args: [`${port}`], cluster })
  await diary.nextManager([leaving, killed])
  const pid = await pidOf(killed.launchId)
  await diary.killManager()

  await expect.poll(() => exists(`run/${leaving.launchId}/exit`), { timeout: 20_000 }).toBe(true)
  process.kill(pid, 'SIGKILL')

  // It ended after the other, and so would be started after it.
  const [, successor = ''] = successorsOf(killed, 2)
  await pidOf(successor)
  expect(await launches()).toEqual([leaving.launchId, killed.launchId, successor])
})

test('the pauses grow, and after the last restart the slot rests until a manager comes', async () => {
  const diary = new Diary(lab)
  const order = worker(500)
  const ids = successorsOf(order, 4)
  await diary.nextManager([order])
  await diary.killManager()

  const last = join('run', ids.at(-1) ?? '', 'exit')
  await expect.poll(() => exists(last), { timeout: 20_000 }).toBe(true)

  const intents = await Promise.all(ids.map((id) => readIntent(id)))
  const [, ...gaps] = intents.map(({ at }, n) => at - (intents[n - 1]?.at ?? 0))
  // Each gap is a life of half a second and a pause.
  expect(gaps[0]).toBeGreaterThanOrEqual(700)
  expect(gaps[1]).toBeGreaterThanOrEqual(900)
  expect(gaps[2]).toBeGreaterThanOrEqual(1_300)
  expect(gaps[2]).toBeLessThan(3_000)
  expect(new Set(intents.map(({ cookie }) => cookie)).size).toBe(4)
  expect(await settledKinds(lab)).toEqual(['exited', 'exited', 'exited', 'exited'])
})

test('as soon as a manager is there, nothing is started without it', async () => {
  const diary = new Diary(lab)
  const order = worker(0)
  await diary.nextManager([order])
  const first = await pidOf(order.launchId)
  await diary.killManager()
  process.kill(first, 'SIGKILL')
  await expect.poll(() => exists(`run/${order.launchId}/exit`), { interval: 5 }).toBe(true)

  // The pause is 200 ms, and the survey comes before it is over.
  expect(await settledKinds(lab)).toEqual(['exited'])
  const witness = await lab.start(lab.worker(script, { slot: 1, args: [`${port}`, '600'] }))

  expect((await witness.exited).exit).toEqual({ code: 9 })
  expect(await launches()).toEqual([order.launchId, witness.record.launchId])
})

test('a worker that a manager asked to end is not started again', async () => {
  const stubborn = new URL('stubborn.cjs', import.meta.url).pathname
  const asked = await lab.start(lab.worker(stubborn, { cluster: { autonomy } }))
  await asked.said('ready')
  const left = await lab.start(
    lab.worker(script, { slot: 1, args: [`${port}`], cluster: { autonomy } }),
  )
  await left.said('ready')
  asked.process.signal('SIGTERM')
  await asked.said('message')

  await lab.host.close()
  process.kill(asked.process.main?.pid ?? 0, 'SIGKILL')
  process.kill(left.process.main?.pid ?? 0, 'SIGKILL')

  // It was killed after the other, and so is started after it.
  const [, successor] = successorsOf(left.record, 2)
  await expect.poll(() => launches()).toContain(successor)
  expect(await launches()).toEqual(
    [asked, left].map(({ record }) => record.launchId).concat(successor ?? ''),
  )
  await lab.reopen()
  expect((await settledKinds(lab)).toSorted()).toEqual(['alive', 'exited', 'exited'])
})

/** The launch ids of an order, and of those that come after it. */
function successorsOf(
  { launchId, slot }: Pick<LaunchOrder, 'launchId' | 'slot'>,
  count: number,
): string[] {
  const from = Number(launchId.split('.').at(-1))
  return Array.from({ length: count }, (_, n) => `svc.${slot}.${from + n}`)
}

async function pidOf(launchId = ''): Promise<number> {
  const path = join('run', launchId, 'main')
  await expect.poll(() => exists(path), { timeout: 10_000 }).toBe(true)
  const pid = Number.parseInt(await readFile(join(lab.home, path), 'utf8'), 10)
  expect(isRunning(pid)).toBe(true)
  return pid
}

async function readIntent(launchId: string): Promise<{ at: number; cookie: string }> {
  return JSON.parse(await readFile(join(lab.home, 'run', launchId, 'intent.json'), 'utf8'))
}

async function launches(): Promise<readonly string[]> {
  const names = await readdir(join(lab.home, 'run'))
  return names.filter((name) => /^svc\.\d/.test(name)).toSorted()
}

async function exists(path: string): Promise<boolean> {
  const text = await readFile(join(lab.home, path), 'utf8').catch(() => '')
  return text.endsWith('\n')
}

function nameOf(one: Awaited<ReturnType<Lab['host']['survey']>>[number]): string {
  return one.kind === 'orphan' ? one.cookie : one.record.launchId
}

test('a worker that died just before its manager did is started again', async () => {
  const diary = new Diary(lab)
  const order = worker(0)
  const [first, second] = successorsOf(order, 2)
  await diary.nextManager([order])
  const pid = await pidOf(first)

  process.kill(pid, 'SIGKILL')
  await expect.poll(() => exists(`run/${first}/exit`)).toBe(true)
  await diary.killManager()

  expect(isRunning(await pidOf(second))).toBe(true)
})
