import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ProcessIdentity } from '../../../src/process/host.ts'
import { isRunning, labForEachTest } from './lab.ts'

const lab = labForEachTest()

/** What a later process with the same pid, or the same pid in another boot, would differ in. */
const strangers: [what: string, change: (main: ProcessIdentity) => ProcessIdentity][] = [
  ['started at another time', (main) => ({ ...main, startTicks: main.startTicks - 1 })],
  ['was seen in another boot', (main) => ({ ...main, bootId: 'another' })],
]

test.each(strangers)('a process that %s is never signalled', async (_, change) => {
  const subject = await lab.launch(['sleep', '1000'])
  await subject.started
  const [found] = await lab.host.survey()
  if (found?.kind !== 'alive') throw new Error('nothing was found')
  const { main } = found
  const mistaken = await lab.adopt({ ...found, main: change(main) })

  expect(mistaken.process.signal('SIGKILL')).toBe(false)

  expect(isRunning(main.pid)).toBe(true)
  expect(subject.process.signal('SIGTERM')).toBe(true)
  expect((await subject.exited).exit).toEqual({ signal: 'SIGTERM' })
})

/** The note of a process that had the same pid and started a moment earlier: field 22 is its start. */
const earlier = (note: string): string => {
  const fields = note.split(' ')
  return fields.with(21, String(Number(fields[21]) - 1)).join(' ')
}

test('a pid that was given away while nobody looked is not adopted', async () => {
  const subject = await lab.launch(['sleep', '1000'])
  const pid = await subject.started
  process.kill(subject.process.guardPid ?? 0, 'SIGKILL')
  await expect.poll(() => isRunning(subject.process.guardPid ?? 0)).toBe(false)
  const note = join(subject.record.dir, 'main')
  await writeFile(note, earlier(await readFile(note, 'utf8')))

  const [found] = await lab.host.survey()

  expect(found).toMatchObject({ kind: 'exited', exit: { unknown: true } })
  expect(isRunning(pid)).toBe(true)
})

test('a group whose number was given away is not killed', async () => {
  const subject = await lab.launch(['sleep', '1000'])
  const stranger = await lab.launch(['sleep', '1000'])
  const witness = await lab.launch(['sleep', '1000'])
  const [strangerPid] = await Promise.all([stranger.started, subject.started, witness.started])
  const note = await readFile(join(stranger.record.dir, 'pid'), 'utf8')
  await writeFile(join(subject.record.dir, 'pid'), earlier(note))

  await subject.process.kill()

  await subject.exited
  await witness.process.kill()
  await witness.exited
  expect([stranger.process.guardPid ?? 0, strangerPid].map(isRunning)).toEqual([true, true])
})
