import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Exit } from '../../../src/base/exit.ts'
import { readStat } from '../../../src/process/proc.ts'
import { isRunning, labForEachTest, node } from './lab.ts'

const lab = labForEachTest()

const endings: [script: string, exit: Exit][] = [
  ['process.exit(0)', { code: 0 }],
  ['process.exit(7)', { code: 7 }],
  ['throw new Error("no")', { code: 1 }],
  ['process.kill(process.pid, "SIGTERM")', { signal: 'SIGTERM' }],
  ['process.kill(process.pid, "SIGSEGV")', { signal: 'SIGSEGV' }],
  ['process.kill(process.pid, "SIGKILL")', { signal: 'SIGKILL' }],
  ['process.abort()', { signal: 'SIGABRT' }],
]

test.each(endings)('%s ends a service with %j', async (script, exit) => {
  const subject = await lab.launch([node, '-e', script])

  expect((await subject.exited).exit).toEqual(exit)
  expect(await subject.started).toBe(subject.process.main?.pid)
})

test('a process that ends at once is still said to have started, and is timed by its guard', async () => {
  const before = Date.now() - 50

  const subject = await lab.launch(['true'])
  const { at } = await subject.exited

  expect(await subject.started).toBeGreaterThan(1)
  expect(at.getTime()).toBeGreaterThan(before)
  expect(at.getTime()).toBeLessThanOrEqual(Date.now())
})

test('a script whose interpreter is missing ends with 127, and the log says why', async () => {
  const script = join(lab.home, 'broken')
  await writeFile(script, '#!/no/such/interpreter\n')
  await chmod(script, 0o755)

  const files = { out: join(lab.home, 'both.log'), error: join(lab.home, 'both.log') }
  const subject = await lab.launch([script], { files })

  expect((await subject.exited).exit).toEqual({ code: 127 })
  expect(await subject.out()).toContain('not found')
})

test('a service that is killed leaves no word of the shell in its log', async () => {
  const files = { out: join(lab.home, 'both.log'), error: join(lab.home, 'both.log') }
  const subject = await lab.launch(['sh', '-c', 'echo mine >&2; kill -9 $$'], { files })

  await subject.exited

  expect(await subject.out()).toBe('mine\n')
})

test('a signal to the whole group still leaves the exit code of the service', async () => {
  const script = 'process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1e6)'
  const subject = await lab.launch([node, '-e', `${script}; console.log("up")`])
  await expect.poll(() => subject.out()).toBe('up\n')

  process.kill(-(subject.process.guardPid ?? 0), 'SIGTERM')

  expect((await subject.exited).exit).toEqual({ code: 9 })
})

test('a frozen process dies of its stop signal', async () => {
  const subject = await lab.launch(['sleep', '1000'])
  const pid = await subject.started
  subject.process.signal('SIGSTOP')
  await expect.poll(() => readStat(pid)?.state).toBe('T')

  expect(subject.process.signal('SIGTERM')).toBe(true)

  expect((await subject.exited).exit).toEqual({ signal: 'SIGTERM' })
  expect(subject.process.signal('SIGTERM')).toBe(false)
})

test('kill ends the group as well, once the guard has noted the status', async () => {
  const subject = await lab.launch(['sh', '-c', 'sleep 1000 & echo $!; wait'])
  await expect.poll(() => subject.out()).toMatch(/^\d+\n$/)
  const child = Number(await subject.out())

  await subject.process.kill()

  expect((await subject.exited).exit).toEqual({ signal: 'SIGKILL' })
  await expect.poll(() => isRunning(child)).toBe(false)
})
