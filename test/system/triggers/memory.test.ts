import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { shortId } from '../../../src/base/ids.ts'
import { cookieVariable } from '../../../src/process/cookie.ts'
import { procTreeMeter } from '../../../src/process/tree-usage.ts'
import { eventually } from '../../support/eventually.ts'

const mb = 1024 ** 2
const started: ChildProcess[] = []
const orphans: number[] = []

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  for (const pid of orphans.splice(0)) process.kill(pid, 'SIGKILL')
})

/** A Node process that holds so many megabytes, and as many again in a child of it, which ends with it. */
function heavy(size: number, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const hold = `const held = Buffer.alloc(${size} * 1024 ** 2, 1); setInterval(() => held[0], 1_000)`
  const script = `${hold}; require('node:child_process').spawn(process.execPath, ['-e', process.argv[1]])`
  const inner = `${hold}; process.stdin.on('end', () => process.exit()).resume()`
  const child = spawn(process.execPath, ['-e', script, inner], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  })
  started.push(child)
  return child
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('it did not start')
  return pid
}

test('what a process and its child use is counted together', async () => {
  const meter = procTreeMeter()
  const pid = pidOf(heavy(60))

  const usage = await eventually('both hold their memory', async () => {
    const found = (await meter.measure([pid])).get(pid)
    return found !== undefined && found.memoryBytes > 120 * mb ? found : undefined
  })

  expect(usage.processes).toBe(2)
  expect(usage.memoryBytes).toBeLessThan(400 * mb)
})

test('the figure for one process is that of the process itself', async () => {
  const { memoryBytes } = (await procTreeMeter().measure([process.pid])).get(process.pid) ?? {}

  expect(memoryBytes).toBeGreaterThan(process.memoryUsage.rss() * 0.5)
})

test('a child whose parent is gone still counts for the launch', async () => {
  const meter = procTreeMeter()
  const cookie = `lab:memory.0.1:${shortId()}`
  // The shell in the middle ends at once: the sleeper belongs to init, and to the launch.
  const child = spawn(
    process.execPath,
    [
      '-e',
      `const { spawn } = require('node:child_process')
       const shell = spawn('sh', ['-c', 'sleep 600 & echo $!'], { stdio: ['ignore', 'pipe', 'ignore'] })
       shell.stdout.pipe(process.stdout); setInterval(() => {}, 1_000)`,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, [cookieVariable]: cookie } },
  )
  started.push(child)
  const sleeper = await new Promise<number>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
  })
  orphans.push(sleeper)

  const pid = pidOf(child)
  const usage = await eventually('the sleeper is counted', async () => {
    const found = (await meter.measure([pid])).get(pid)
    return found?.processes === 2 ? found : undefined
  })

  expect(usage.memoryBytes).toBeGreaterThan(mb)
})

test('a process that is gone has no figure', async () => {
  const child = heavy(1)
  const pid = pidOf(child)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const before = await procTreeMeter().measure([pid])
  child.kill('SIGKILL')
  await ended

  expect(before.has(pid)).toBe(true)
  expect((await procTreeMeter().measure([pid])).size).toBe(0)
})
