import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { probe } from '../../../src/process/probe.ts'
import { eventually } from '../../support/eventually.ts'
import { isRunning } from '../../support/traces.ts'

const never = new AbortController().signal

/** Looks with a line for the shell; whatever pid the line writes into `pid` is told by `seen`. */
async function looking(line: string, { timeoutMs = 5_000, signal = never } = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'troupe-probe-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }
  const argv = ['/bin/sh', '-c', line] as const
  const sight = probe({ kind: 'exec', argv }, { cwd, env }, { timeoutMs, signal })
  const seen = (): Promise<number> =>
    eventually('a pid is written', async () => {
      const text = await readFile(join(cwd, 'pid'), 'utf8').catch(() => '')
      return text.endsWith('\n') ? Number(text) : undefined
    })
  return { sight, seen }
}

const ended = (pid: number): Promise<true> =>
  eventually(`${pid} has ended`, () => (isRunning(pid) ? undefined : true))

test('a command that leaves something in the background is judged by its own end, and leaves nothing', async () => {
  const { sight, seen } = await looking('sleep 60 & echo $! > pid; exit 0')

  expect(await sight).toBeUndefined()
  await ended(await seen())
})

test('a command whose daemon holds its output is judged by its own end', async () => {
  const { sight, seen } = await looking('setsid sleep 60 & echo $! > pid; exit 3')

  expect(await sight).toBe('exited with 3')
  const daemon = await seen()
  process.kill(daemon, 'SIGKILL')
})

test('a command that takes too long is ended with all it started', async () => {
  const { sight, seen } = await looking('sleep 60 & echo $! > pid; wait', { timeoutMs: 300 })

  expect(await sight).toBe('no end in 300 ms')
  await ended(await seen())
})

test('a command that nobody waits for any more is ended', async () => {
  const patience = new AbortController()
  const { sight, seen } = await looking('sleep 60 & echo $! > pid; wait', {
    signal: patience.signal,
  })
  const pid = await seen()

  patience.abort()

  expect(await sight).toContain('SIGKILL')
  await ended(pid)
})

test('a command that ended by a signal says so, with its last words', async () => {
  const { sight } = await looking('echo no db; kill -TERM $$')

  expect(await sight).toBe('exited with SIGTERM: no db')
})

test('a server that takes a connection and says nothing is not waited for', async () => {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const check = { kind: 'http', host: '127.0.0.1', port, path: '/health' } as const

  const sight = await probe(check, { cwd: '/', env: {} }, { timeoutMs: 200, signal: never })

  expect(sight).toBe('GET /health: no answer in 200 ms')
})
