import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { usageOf } from '../../../src/process/usage.ts'
import { labForEachTest } from './lab.ts'

const lab = labForEachTest()

test('a prepared launch stands on disk before anything runs, and nothing is left when it is abandoned', async () => {
  const prepared = await lab.host.prepare(lab.order(['true']))

  expect(await lab.host.survey()).toEqual([{ kind: 'unstarted', record: prepared.record }])
  await prepared.abandon()

  expect(await lab.host.survey()).toEqual([])
  await expect(prepared.spawn({ started() {}, exited() {} })).rejects.toMatchObject({
    code: 'E_SPAWN',
  })
})

test('a launch id is used once', async () => {
  const order = lab.order(['true'])
  await lab.host.prepare(order)

  await expect(lab.host.prepare(order)).rejects.toMatchObject({ code: 'E_PREFLIGHT' })
})

test('arguments that are too large for the kernel fail the spawn and leave nothing', async () => {
  const prepared = await lab.host.prepare(lab.order(['true', 'x'.repeat(200_000)]))

  await expect(prepared.spawn({ started() {}, exited() {} })).rejects.toMatchObject({
    code: 'E_SPAWN',
    cause: { code: 'E2BIG' },
  })

  expect(await lab.host.survey()).toEqual([])
})

test('the pid file lives as long as the process', async () => {
  const pidFile = join(lab.home, 'pids', 'svc-0.pid')
  const { files } = lab.order(['true'])
  const subject = await lab.launch(['sleep', '1000'], { files: { ...files, pid: pidFile } })

  const pid = await subject.started
  expect(await readFile(pidFile, 'utf8')).toBe(`${pid}\n`)
  subject.process.signal('SIGTERM')
  await subject.exited

  await expect(readFile(pidFile)).rejects.toThrow('ENOENT')
})

test('an instance that took over the pid file keeps it', async () => {
  const { files } = lab.order(['true'])
  const over = { files: { ...files, pid: join(lab.home, 'svc-0.pid') } }
  const old = await lab.launch(['sleep', '1000'], over)
  await old.started
  const young = await lab.launch(['sleep', '1000'], over)
  const pid = await young.started

  old.process.signal('SIGTERM')
  await old.exited

  expect(await readFile(over.files.pid, 'utf8')).toBe(`${pid}\n`)
})

test('settled launches are out of the way, and the latest are kept', async () => {
  const root = join(lab.home, 'run')
  for (let n = 0; n < 70; n++) await mkdir(join(root, `done-old.0.${n}`))
  const subject = await lab.launch(['true'])
  await subject.exited

  await lab.host.settle(subject.record)
  await lab.host.settle(subject.record)
  // The guard may take another moment to leave after it has said how its process ended.
  await expect.poll(() => lab.host.survey()).toEqual([])
  for (let n = 0; n < 10; n++) await lab.host.settle(subject.record)

  const kept = (await readdir(root)).filter((name) => name.startsWith('done-'))
  expect(kept).toHaveLength(50)
  expect(kept).toContain(`done-${subject.record.launchId}`)
})

test('a launch of an earlier boot is told apart from all that happened in this one', async () => {
  const subject = await lab.launch(['true'])
  await subject.exited
  const intent = join(subject.record.dir, 'intent.json')
  const text = await readFile(intent, 'utf8')
  await writeFile(intent, text.replace(/"bootId": "[^"]+"/, '"bootId": "earlier"'))

  expect(await lab.host.survey()).toEqual([{ kind: 'rebooted', record: subject.record }])
})

test('what a newer version wrote is not adopted', async () => {
  const prepared = await lab.host.prepare(lab.order(['true']))
  const intent = join(prepared.record.dir, 'intent.json')
  const text = await readFile(intent, 'utf8')
  await writeFile(intent, text.replace('"version": 1', '"version": 2'))

  await expect(lab.host.survey()).rejects.toThrow('a newer version of Troupe wrote it')

  await prepared.abandon()
})

test('an intent that was never finished means that nothing was started', async () => {
  await mkdir(join(lab.home, 'run', 'svc.0.99'))
  await writeFile(join(lab.home, 'run', 'svc.0.99', 'intent.json'), '{"version": 1, "ser')

  expect(await lab.host.survey()).toEqual([])
})

test('fifty launches at once all start, each with a lifeline of its own', async () => {
  const subjects = await Promise.all(
    Array.from({ length: 50 }, () => lab.launch(['sleep', '1000'])),
  )

  const pids = await Promise.all(subjects.map((subject) => subject.started))

  expect(new Set(pids).size).toBe(50)
  expect((await lab.host.survey()).map((one) => one.kind)).toEqual(subjects.map(() => 'alive'))
})

test('usage is known of processes that live, and of no others', async () => {
  const subject = await lab.launch(['sleep', '1000'])
  const gone = await lab.launch(['true'])
  const [pid, gonePid] = [await subject.started, await gone.started]
  await gone.exited

  const usage = await usageOf([pid, gonePid])

  expect([...usage.keys()]).toEqual([pid])
  expect(usage.get(pid)?.memoryBytes).toBeGreaterThan(10_000)
  expect(await usageOf([gonePid])).toEqual(new Map())
})

test('no descriptor is left of launches that ended, were given up, or outlive their host', async () => {
  const ended = await Promise.all(Array.from({ length: 5 }, () => lab.launch(['true'])))
  await Promise.all(ended.map((subject) => subject.exited))
  const prepared = await lab.host.prepare(lab.order(['true']))
  await prepared.abandon()
  expect(await openUnder(lab.home)).toEqual([])
  await lab.host.prepare(lab.order(['true']))
  const alive = await lab.launch(['sleep', '1000'])
  expect(await openUnder(lab.home)).toContain(join(alive.record.dir, 'life'))

  await lab.host.close()

  await expect.poll(() => openUnder(lab.home)).toEqual([])
})

test('no descriptor is left of a launch whose standard input cannot be opened', async () => {
  const prepared = await lab.host.prepare({ ...lab.order(['true']), hasStdin: true })
  await rm(join(prepared.record.dir, 'stdin'))

  await expect(prepared.spawn({ started() {}, exited() {} })).rejects.toThrow('ENOENT')

  expect(await openUnder(lab.home)).toEqual([])
})

/** The files below a directory that this process holds open. */
async function openUnder(dir: string): Promise<readonly string[]> {
  const fds = await readdir('/proc/self/fd')
  const targets = await Promise.all(
    fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => 'closed by now')),
  )
  return targets.filter((target) => target.startsWith(dir))
}
