import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Found } from '../../../src/process/host.ts'
import { DoomedManager } from './doomed-manager.ts'
import { isRunning, labForEachTest, node } from './lab.ts'

const lab = labForEachTest()

/** Waits for a file, then ends as it is told. */
const waitingFor = (file: string, then: string): [string, ...string[]] => [
  node,
  '-e',
  `const { existsSync } = require('fs')
   setInterval(() => { if (existsSync(process.argv[1])) { ${then} } }, 5)`,
  file,
]

test('endings that no manager lived to see are known to the next, with their true status', async () => {
  const go = join(lab.home, 'go')
  const orders = [
    lab.order(waitingFor(go, 'process.exit(7)')),
    lab.order(waitingFor(go, 'process.exit(0)')),
    lab.order(waitingFor(go, 'process.kill(process.pid, "SIGSEGV")')),
    lab.order(waitingFor(go, 'process.kill(process.pid, "SIGKILL")')),
  ]
  const manager = await DoomedManager.running(lab, orders)

  await manager.kill()
  const killedAt = Date.now()
  expect(kindsOf(await lab.host.survey())).toEqual(['alive', 'alive', 'alive', 'alive'])
  await writeFile(go, '')

  await expect
    .poll(async () => kindsOf(await lab.host.survey()))
    .toEqual(['exited', 'exited', 'exited', 'exited'])
  const found = sorted(await lab.host.survey())
  expect(found.map((one) => (one.kind === 'exited' ? one.exit : one.kind))).toEqual([
    { code: 7 },
    { code: 0 },
    { signal: 'SIGSEGV' },
    { signal: 'SIGKILL' },
  ])
  for (const one of found) {
    expect(one.kind === 'exited' && one.at.getTime()).toBeGreaterThanOrEqual(killedAt - 50)
  }
})

test('an adopted process is the same process, and its death is heard', async () => {
  const go = join(lab.home, 'go')
  const order = lab.order(waitingFor(go, 'process.exit(7)'), {
    files: { ...lab.order(['true']).files, pid: join(lab.home, 'pids', 'svc.pid') },
  })
  const manager = await DoomedManager.running(lab, [order])
  await manager.kill()

  const [found] = await lab.host.survey()
  if (!found) throw new Error('nothing was found')
  const adopted = await lab.adopt(found)
  const pid = adopted.process.main?.pid ?? 0
  expect(isRunning(pid)).toBe(true)
  expect(adopted.isOver()).toBe(false)
  expect(await readFile(order.files.pid ?? '', 'utf8')).toBe(`${pid}\n`)
  await writeFile(go, '')

  expect((await adopted.exited).exit).toEqual({ code: 7 })
  await expect(readFile(order.files.pid ?? '')).rejects.toThrow('ENOENT')
})

test('a process that ends between survey and adoption is still heard', async () => {
  const subject = await lab.launch(['sleep', '1000'])
  const pid = await subject.started
  const next = await lab.anotherHost()
  const [found] = await next.survey()
  if (!found) throw new Error('nothing was found')
  process.kill(pid, 'SIGTERM')
  await subject.exited

  const adopted = await lab.adopt(found, next)

  expect((await adopted.exited).exit).toEqual({ signal: 'SIGTERM' })
  await next.close()
})

test('two thousand lines a second, across kill -9 of the manager: none is lost', async () => {
  const go = join(lab.home, 'go')
  // Ten lines every five milliseconds, until the file appears; then the count, as its last line.
  const script = `
    const { existsSync } = require('fs')
    let n = 0
    const timer = setInterval(() => {
      for (let i = 0; i < 10; i++) console.log('line ' + n++)
      if (!existsSync(process.argv[1])) return
      clearInterval(timer)
      console.log('total ' + n)
      process.exit(7)
    }, 5)`
  const order = lab.order([node, '-e', script, go])
  const manager = await DoomedManager.running(lab, [order])
  const lines = async (): Promise<string[]> =>
    (await readFile(order.files.out, 'utf8')).trimEnd().split('\n')
  await expect.poll(async () => (await lines()).length).toBeGreaterThan(500)

  await manager.kill()
  const atDeath = (await lines()).length
  await expect
    .poll(async () => (await lines()).length, { timeout: 10_000 })
    .toBeGreaterThan(atDeath + 2_000)
  const [found] = await lab.host.survey()
  if (!found) throw new Error('nothing was found')
  const adopted = await lab.adopt(found)
  await writeFile(go, '')

  expect((await adopted.exited).exit).toEqual({ code: 7 })
  const written = await lines()
  const total = written.length - 1
  expect(written.at(-1)).toBe(`total ${total}`)
  expect(written.slice(0, -1).every((line, n) => line === `line ${n}`)).toBe(true)
})

function kindsOf(found: readonly Found[]): string[] {
  return found.map((one) => one.kind)
}

function sorted(found: readonly Found[]): Found[] {
  const idOf = (one: Found): string => (one.kind === 'orphan' ? '' : one.record.launchId)
  return found.toSorted((a, b) => idOf(a).localeCompare(idOf(b)))
}
