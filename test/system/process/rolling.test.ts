import { expect, test } from 'vitest'
import { type ClusterOrder } from '../../../src/process/host.ts'
import { readStat } from '../../../src/process/proc.ts'
import { Diary } from './diary.ts'
import { isRunning, type Lab, labForEachTest, node, type Subject } from './lab.ts'
import { type Load, RawClients } from './raw-client.ts'

const lab = labForEachTest()
const script = new URL('clustered.cjs', import.meta.url).pathname
const port = 21_420
const worker = (slot: number, scheduling: ClusterOrder['scheduling'] = 'rr') =>
  lab.worker(script, { slot, args: [`${port}`], cluster: { scheduling } })

const loads: Readonly<Record<string, Load>> = {
  'busy keep-alive connections': { clients: 10, keepAlive: true, thinkMs: 0 },
  'connections that pause': { clients: 50, keepAlive: true, thinkMs: 40 },
  'a connection for each request': { clients: 5, keepAlive: false, thinkMs: 5 },
}
const rollings = 5
const drain = { kind: 'drain', idleMs: 2_000, deadlineMs: 10_000 } as const

async function listening(from: Lab, slots: readonly number[], scheduling?: 'rr' | 'none') {
  const started = await Promise.all(slots.map((slot) => from.start(worker(slot, scheduling))))
  await Promise.all(started.map((one) => one.said('listening')))
  return started
}

/** A new worker, and when it listens the old one finishes what it has begun. */
async function replaced(old: Subject, slot: number, scheduling?: 'rr' | 'none'): Promise<Subject> {
  const [young] = await listening(lab, [slot], scheduling)
  if (!young) throw new Error('nothing was started')
  expect(old.process.tell?.(drain)).toBe(true)
  expect((await old.said('drained')).forced).toBe(0)
  expect((await old.exited).exit).toEqual({ code: 0 })
  return young
}

const cases = Object.entries(loads).flatMap(([name, load]) =>
  (['rr', 'none'] as const).map((scheduling) => ({ name, load, scheduling })),
)

test.each(cases)(
  'both workers are replaced again and again under $name ($scheduling): no request fails',
  async ({ load, scheduling }) => {
    let workers = await listening(lab, [0, 1], scheduling)
    const clients = new RawClients(port, load)

    for (let n = 0; n < rollings; n++) {
      const next: Subject[] = []
      for (const [slot, old] of workers.entries()) next.push(await replaced(old, slot, scheduling))
      workers = next
    }
    const tally = await clients.stop()

    expect(tally).toMatchObject({ reset: 0, refused: 0, hung: 0 })
    expect(tally.ok).toBeGreaterThan(100)
    expect(tally.by.size).toBeGreaterThanOrEqual(rollings)
  },
)

test.each(Object.entries(loads))(
  'the manager is killed under %s, and the next goes on replacing: no request fails',
  async (_, load) => {
    const diary = new Diary(lab)
    await diary.nextManager([worker(0), worker(1)])
    const isListening = async () => (await diary.words()).filter(({ kind }) => kind === 'listening')
    await expect.poll(async () => (await isListening()).length).toBe(2)
    const clients = new RawClients(port, load)
    await expect.poll(() => clients.tally.ok, { timeout: 10_000 }).toBeGreaterThan(50)

    await diary.killManager()
    const found = await lab.host.survey()
    const adopted = await Promise.all(found.map((one) => lab.adopt(one)))
    for (const [slot, old] of adopted.entries()) await replaced(old, slot)
    const tally = await clients.stop()

    expect(tally).toMatchObject({ reset: 0, refused: 0, hung: 0 })
    expect(tally.by.size).toBeGreaterThan(1)
  },
)

test('a drain that takes too long says how many connections it cut off', async () => {
  const [one] = await listening(lab, [0])
  if (!one) throw new Error('nothing was started')
  const slow = fetch(`http://127.0.0.1:${port}/slow/20000`).catch(() => 'cut off')
  await expect.poll(() => openConnections(one)).toBe(1)

  one.process.tell?.({ kind: 'drain', idleMs: 50, deadlineMs: 300 })

  expect(await one.said('drained')).toMatchObject({ forced: 1 })
  expect((await one.exited).exit).toEqual({ code: 0 })
  expect(await slow).toBe('cut off')
})

test('a worker without connections stays until its primary has said that none is on its way', async () => {
  const fixture = new URL('stopping-its-primary.cjs', import.meta.url).pathname
  const one = await lab.start(lab.worker(fixture, { args: [`${port}`] }))
  await one.said('listening')
  const primary = one.process.guardPid ?? 0
  const witness = await lab.launch([node, '-e', 'setInterval(() => {}, 1000); process.send(1)'], {
    agent: true,
  })
  await witness.said('message')

  one.process.tell?.(drain)
  await expect.poll(() => readStat(primary)?.state).toBe('T')
  witness.process.tell?.(drain)
  await witness.exited
  expect(isRunning(await one.started)).toBe(true)
  process.kill(primary, 'SIGCONT')

  expect((await one.exited).exit).toEqual({ code: 0 })
})

/** Asked of the service itself, through its agent. */
async function openConnections(one: Subject): Promise<number> {
  const before = one.words.length
  one.process.tell?.({ kind: 'message', data: 'how many' })
  await expect.poll(() => one.words.length).toBeGreaterThan(before)
  const word = one.words.at(-1)
  return word?.kind === 'message' ? (word.data as { open: number }).open : -1
}
