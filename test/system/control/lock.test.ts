import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { homeAt } from '../../../src/control/home.ts'
import { lockHolder, takeLock, whenLeft } from '../../../src/control/lock.ts'
import { pidFileHolder, takePidFile } from '../../../src/control/pid-file.ts'
import { freshHome } from './given.ts'

test('a home has one manager, by whichever path it is reached', async () => {
  const home = await freshHome()
  const link = homeAt(join(dirname(home.dir), 'link'))
  const lock = await takeLock(home)
  await symlink(home.dir, link.dir)

  await expect(takeLock(home)).rejects.toMatchObject({ code: 'E_MANAGER_LOCKED' })
  await expect(takeLock(link)).rejects.toMatchObject({
    code: 'E_MANAGER_LOCKED',
    message: `a manager lives in ${link.dir}, pid ${process.pid}`,
  })

  await lock.release()
  const next = await takeLock(link)
  await next.release()
  expect(await readdir(home.dir)).toEqual([])
})

test('of many that want the lock at once, one gets it', async () => {
  const home = await freshHome()

  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(home)))

  const locks = outcomes.filter((outcome) => outcome.status === 'fulfilled')
  expect(locks).toHaveLength(1)
  for (const { value } of locks) await value.release()
})

test('who waits for a home to be left, hears when the lock is given back', async () => {
  const home = await freshHome()
  const lock = await takeLock(home)
  const order: string[] = []

  const left = whenLeft(home, systemClock, 60_000).then(() => order.push('left'))
  // A whole round of the lock is asked and answered, so the waiter has seen it taken.
  expect(await lockHolder(home)).toBe(process.pid)
  order.push('released')
  await lock.release()
  await left

  expect(order).toEqual(['released', 'left'])
  await whenLeft(home, systemClock, 60_000)
})

/** A lock file, as it is where there are no abstract sockets. */
async function lockFile(content?: string): Promise<string> {
  const { dir, pidFile } = await freshHome()
  await mkdir(dir)
  if (content !== undefined) await writeFile(pidFile, content)
  return pidFile
}

test('a pid file keeps others out while its process lives', async () => {
  const sleeper = spawn('sleep', ['600'])
  onTestFinished(() => void sleeper.kill('SIGKILL'))
  const own = await lockFile()
  const mine = await takePidFile(own, { isLock: true })
  const theirs = (await readFile(own, 'utf8')).replace(/^\d+/, String(sleeper.pid))

  await expect(takePidFile(own, { isLock: true })).rejects.toMatchObject({
    code: 'E_MANAGER_LOCKED',
    message: `a manager holds ${own}, pid ${process.pid}`,
  })
  expect(await pidFileHolder(own)).toBe(process.pid)
  // The same pid with another start is another process.
  await writeFile(own, theirs.replace(/\d{4}\n$/, '0000\n'))
  expect(await pidFileHolder(own)).toBeUndefined()

  await mine.release()
  expect(await readFile(own, 'utf8')).toContain(String(sleeper.pid))
})

test('the pid file of a dead process keeps nobody out', async () => {
  const sleeper = spawn('sleep', ['600'])
  const own = await lockFile(`${sleeper.pid}\nSome day\n`)
  sleeper.kill('SIGKILL')
  await once(sleeper, 'exit')

  const mine = await takePidFile(own, { isLock: true })

  expect(await pidFileHolder(own)).toBe(process.pid)
  await mine.release()
  expect(await readdir(dirname(own))).toEqual([])
})

test('of many that find a dead pid file at once, one takes its place', async () => {
  const own = await lockFile('999999999\nSome day\n')

  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => takePidFile(own, { isLock: true })),
  )

  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
})
