import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readStat } from '../../../src/process/proc.ts'
import { isRunning, labForEachTest } from './lab.ts'

const lab = labForEachTest()

test('a grandchild that holds the lifeline open does not hide the end of its service', async () => {
  const subject = await lab.launch(['sh', '-c', 'setsid sleep 1000 & echo $!; exit 7'])

  expect((await subject.exited).exit).toEqual({ code: 7 })

  expect(isRunning(Number(await subject.out()))).toBe(true)
})

test('nor does it from a manager that came later', async () => {
  const subject = await lab.launch(['sh', '-c', 'setsid sleep 1000 & echo $!; sleep 1000'])
  const pid = await subject.started
  await expect.poll(() => subject.out()).toMatch(/^\d+\n$/)
  subject.process.release()
  const [found] = await lab.host.survey()
  if (!found) throw new Error('nothing was found')
  const adopted = await lab.adopt(found)

  process.kill(pid, 'SIGKILL')

  expect((await adopted.exited).exit).toEqual({ signal: 'SIGKILL' })
  expect(isRunning(Number(await subject.out()))).toBe(true)
})

test('with its guard killed a service lives on, and its end is unknown but not missed', async () => {
  const subject = await lab.launch(['sleep', '1000'])
  const pid = await subject.started

  process.kill(subject.process.guardPid ?? 0, 'SIGKILL')
  await expect.poll(() => isRunning(subject.process.guardPid ?? 0)).toBe(false)
  expect([isRunning(pid), subject.isOver()]).toEqual([true, false])
  const [found] = await lab.host.survey()
  expect(found?.kind).toBe('alive')
  process.kill(pid, 'SIGTERM')

  expect((await subject.exited).exit).toEqual({ unknown: true })
})

test('a service that closed its lifeline and lost its guard is watched all the same', async () => {
  const subject = await lab.launch(['sh', '-c', 'exec 4>&-; exec sleep 1000'])
  const pid = await subject.started
  await expect.poll(() => readStat(pid)?.command).toBe('sleep')

  process.kill(subject.process.guardPid ?? 0, 'SIGKILL')
  await expect.poll(() => isRunning(subject.process.guardPid ?? 0)).toBe(false)
  expect([isRunning(pid), subject.isOver()]).toEqual([true, false])
  process.kill(pid, 'SIGTERM')

  expect((await subject.exited).exit).toEqual({ unknown: true })
})

test('a service whose lifeline file was deleted can be adopted', async () => {
  const subject = await lab.launch(['sleep', '1000'])
  const pid = await subject.started
  subject.process.release()
  await rm(join(subject.record.dir, 'life'))
  const [found] = await lab.host.survey()
  if (!found) throw new Error('nothing was found')

  const adopted = await lab.adopt(found)
  expect([isRunning(pid), adopted.isOver()]).toEqual([true, false])
  process.kill(pid, 'SIGTERM')

  expect((await adopted.exited).exit).toEqual({ signal: 'SIGTERM' })
})

test('a service that fills its lifeline while nobody reads it hangs neither itself nor its guard', async () => {
  const go = join(lab.home, 'go')
  const flood = 'until [ -e "$1" ]; do sleep 0.01; done; head -c 1000000 /dev/zero >&4; exit 7'
  const subject = await lab.launch(['sh', '-c', flood, 'flood', go])
  await subject.started
  subject.process.release()

  await writeFile(go, '')

  const exit = { code: 7 }
  await expect.poll(() => lab.host.survey()).toMatchObject([{ kind: 'exited', exit }])
})

test('a released process is left alone and says nothing more', async () => {
  const witness = await lab.launch(['sleep', '1000'])
  const subject = await lab.launch(['sleep', '1000'])
  const pid = await subject.started
  subject.process.release()

  process.kill(pid, 'SIGTERM')
  await expect.poll(() => isRunning(pid)).toBe(false)
  witness.process.signal('SIGTERM')
  await witness.exited

  expect(subject.isOver()).toBe(false)
})
