import { execFile, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isRunning, labForEachTest, node } from './lab.ts'

const lab = labForEachTest()
const run = promisify(execFile)

/** A service with a child in its group, one in a session of its own, and a daemon that forked twice. */
const family = `
  sleep 1000 & echo $! >> "$1"
  setsid sleep 1000 & echo $! >> "$1"
  ( setsid sh -c 'sleep 1000 & echo $! >> "$0"' "$1" & )
  wait`

test('a sweep ends every descendant, however far it ran, and no bystander', async () => {
  const pidFile = join(lab.home, 'family')
  const subject = await lab.launch(['sh', '-c', family, 'family', pidFile])
  const bystander = await lab.launch(['sleep', '1000'])
  const bystanderPid = await bystander.started
  // Its cookie begins like the one that is swept, and is another.
  const cookie = subject.record.cookie
  const namesake = spawn('sleep', ['1000'], { env: { TROUPE_COOKIE: `${cookie}x` } })
  const members = async (): Promise<number[]> => {
    const text = await readFile(pidFile, 'utf8').catch(() => '')
    return text.trim().split('\n').map(Number)
  }
  await expect.poll(async () => (await members()).length).toBe(3)
  const pids = [await subject.started, ...(await members())]

  await subject.process.kill()
  await expect.poll(async () => (await members()).filter(isRunning).length).toBe(2)
  const survivors = await lab.host.sweep(cookie)

  expect(survivors).toEqual([])
  expect(pids.filter(isRunning)).toEqual([])
  expect([bystanderPid, namesake.pid ?? 0].map(isRunning)).toEqual([true, true])
  namesake.kill('SIGKILL')
})

test('a process that sweeps its own cookie lives on, and ends the others', async () => {
  const subject = await lab.launch(['sleep', '1000'])
  const pid = await subject.started
  const sweeper = new URL('sweeper.ts', import.meta.url).pathname
  const env = { PATH: process.env['PATH'], TROUPE_COOKIE: subject.record.cookie }

  const { stdout } = await run(node, ['--import', 'jiti/register', sweeper, lab.home], { env })

  expect(stdout).toBe('[]')
  expect(isRunning(pid)).toBe(false)
})

test('many sweeps at once each end their own', async () => {
  const subjects = await Promise.all(
    Array.from({ length: 10 }, () => lab.launch(['sleep', '1000'])),
  )
  const pids = await Promise.all(subjects.map((subject) => subject.started))
  const spared = subjects.pop()

  const left = await Promise.all(subjects.map(({ record }) => lab.host.sweep(record.cookie)))

  expect(left.flat()).toEqual([])
  expect(pids.map(isRunning)).toEqual([...subjects.map(() => false), true])
  expect(spared?.isOver()).toBe(false)
})

test('a survey finds descendants whose launch is settled, and says that they are orphans', async () => {
  const subject = await lab.launch(['sh', '-c', 'setsid sleep 1000 & echo $!'])
  await subject.exited
  await lab.host.settle(subject.record)

  const pid = Number(await subject.out())
  const { cookie } = subject.record
  const orphan = { kind: 'orphan', pid, cookie, command: 'sleep 1000' }
  await expect.poll(() => lab.host.survey()).toEqual([orphan])
})
