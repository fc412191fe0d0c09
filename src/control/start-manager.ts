import { spawn } from 'node:child_process'
import { open, stat } from 'node:fs/promises'
import { type Clock, sleep, systemClock } from '../base/clock.ts'
import { errnoOf, messageOf, TroupeError } from '../base/errors.ts'
import { type Client, openClient } from './client.ts'
import type { Home } from './home.ts'
import { lockHolder, saysLocked } from './lock.ts'
import { hasLivingLoop } from './manager-loop.ts'
import { makePrivate } from './private-dir.ts'

/** How a manager is started where none runs. */
export interface ManagerStart {
  /** What to run: a program that keeps the manager of `TROUPE_HOME` running, and its arguments. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
  /** How long it may take until it answers; default 10 s. */
  readonly withinMs?: number
}

/** A manager that answers. */
export interface EnsuredManager {
  readonly client: Client
  /** True if it was not there before. */
  readonly isNew: boolean
}

const pollMs = 15
const quotedLines = 8

/**
 * Connects to the manager of a home, after starting one if none is there. Two callers at the
 * same time end with one manager: the lock decides, and both connect to the winner.
 *
 * @throws TroupeError `E_MANAGER_UNREACHABLE`, with the end of `manager.log`, when it does not come up
 */
export async function ensureManager(home: Home, start: ManagerStart): Promise<EnsuredManager> {
  const there = await tryClient(home)
  if (there !== undefined) return { client: there, isNew: false }
  const revived = await revivedByLoop(home, start)
  if (revived !== undefined) return { client: revived, isNew: false }
  await makePrivate(home.dir)
  const logFrom = await sizeOf(home.logFile)
  for (let hasGivenWay = false; ; hasGivenWay = true) {
    const outcome = await comesUp(home, start)
    if (typeof outcome === 'object') return { client: outcome, isNew: true }
    const log = await readFrom(home.logFile, logFrom)
    // Ours gave way to a manager that was about to leave; now it has left.
    if (!hasGivenWay && saysLocked(log)) continue
    throw new TroupeError(
      'E_MANAGER_UNREACHABLE',
      `the manager of ${home.dir} was started and does not answer: ${outcome}${quote(log)}`,
      { hint: `the whole story: ${home.logFile}` },
    )
  }
}

/** The manager's door; undefined when there is none, or only the socket file of a dead one. */
async function tryClient(home: Home): Promise<Client | undefined> {
  try {
    return await openClient(home.socket)
  } catch (thrown) {
    if (isAbsence(thrown)) return undefined
    throw thrown
  }
}

/** How long a dead manager's loop may take to start the next one, before it is not waited for any more. */
const revivalMs = 3_000

/** A second loop beside a living one would start a second manager as soon as the first leaves. */
async function revivedByLoop(
  home: Home,
  { clock = systemClock }: ManagerStart,
): Promise<Client | undefined> {
  const deadline = clock.now() + revivalMs
  while (hasLivingLoop(home) && clock.now() < deadline) {
    const client = await tryClient(home)
    if (client !== undefined) return client
    await sleep(clock, pollMs)
  }
  return undefined
}

/** Nobody there, somebody just leaving, or so many at the door that one more finds no room in the queue. */
const absences = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN']

function isAbsence(thrown: unknown): boolean {
  if (!TroupeError.is(thrown, 'E_MANAGER_UNREACHABLE')) return false
  return thrown.cause === undefined || absences.includes(errnoOf(thrown.cause) ?? '')
}

interface Launched {
  /** What became of it, once it has ended. */
  fate: string | undefined
}

async function launch(home: Home, { argv, env }: ManagerStart): Promise<Launched> {
  const [command = '', ...args] = argv
  const launched: Launched = { fate: undefined }
  const log = await open(home.logFile, 'a', 0o600)
  try {
    const child = spawn(command, args, {
      cwd: home.dir,
      detached: true,
      env: { ...env, TROUPE_HOME: home.dir },
      stdio: ['ignore', log.fd, log.fd],
    })
    child.once('error', (error) => (launched.fate = `it cannot be run: ${messageOf(error)}`))
    child.once('exit', (code, signal) => (launched.fate = `it ended with ${signal ?? code}`))
    child.unref()
  } finally {
    await log.close()
  }
  return launched
}

/** Resolves with a client, or else with what became of the manager that was started. */
async function comesUp(home: Home, start: ManagerStart): Promise<Client | string> {
  const { clock = systemClock, withinMs = 10_000 } = start
  const deadline = clock.now() + withinMs
  const manager = await launch(home, start)
  while (clock.now() < deadline) {
    const { fate } = manager
    const client = await tryClient(home)
    if (client !== undefined) return client
    // Where ours has left because another was first, that one is worth waiting for.
    if (fate !== undefined && (await lockHolder(home)) === undefined) return fate
    await sleep(clock, pollMs)
  }
  return manager.fate ?? 'it still runs'
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

async function readFrom(file: string, from: number): Promise<string> {
  const log = await open(file, 'r')
  try {
    const { size } = await log.stat()
    const start = Math.max(from, size - 16 * 1024)
    const { buffer, bytesRead } = await log.read({
      buffer: Buffer.alloc(size - start),
      position: start,
    })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await log.close()
  }
}

function quote(log: string): string {
  const lines = log.trim().split('\n').slice(-quotedLines)
  return log.trim() === '' ? '' : `\n${lines.map((line) => `  ${line}`).join('\n')}`
}
