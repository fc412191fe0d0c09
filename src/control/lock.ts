import { realpath } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { type Clock, type Millis, sleep, systemClock } from '../base/clock.ts'
import { errnoOf, TroupeError } from '../base/errors.ts'
import { digestOf, type Home } from './home.ts'
import { pidFileHolder, takePidFile } from './pid-file.ts'
import { makePrivate } from './private-dir.ts'

/** The right to be the only manager of a home. It vanishes with the process, however that ends. */
export interface Lock {
  /** Gives it back; another manager may take it from then on. */
  release(): Promise<void>
}

/**
 * Takes the lock of a home, making the home if need be. On Linux it is an abstract socket
 * (SUPERVISION §8.1), which belongs to a network namespace: containers that share a home
 * but not their network are not kept apart. Elsewhere it is the pid file.
 *
 * @throws TroupeError `E_MANAGER_LOCKED` when another manager holds it
 */
export async function takeLock(home: Home): Promise<Lock> {
  await makePrivate(home.dir)
  const lock = process.platform === 'linux' ? await takeSocket(home) : undefined
  const pidFile = await takePidFile(home.pidFile, { isLock: lock === undefined })
  return {
    async release() {
      await pidFile.release()
      await lock?.release()
    },
  }
}

/** True if the last words of a manager say that it found the lock taken. */
export function saysLocked(lastWords: string): boolean {
  return /a manager (lives in|holds) /.test(lastWords)
}

/** The pid of the manager that holds a home's lock, 0 if it is too busy to say; undefined when nobody does. */
export async function lockHolder(home: Home): Promise<number | undefined> {
  if (process.platform !== 'linux') return pidFileHolder(home.pidFile)
  const path = await abstractPath(home).catch(() => undefined)
  return path === undefined ? undefined : askHolder(path)
}

/** How often a home is looked at that is about to be left. */
const lookAgainMs = 20

/**
 * Resolves once who holds a home holds it no more, or after `withinMs`. A manager that leaves hangs up first, then puts away what it
 * keeps of processes, and gives back its lock at last.
 */
export async function whenLeft(home: Home, clock: Clock, withinMs: Millis): Promise<void> {
  const deadline = clock.now() + withinMs
  const holder = await lockHolder(home)
  let now = holder
  // The next manager may be there at once.
  while (now !== undefined && now === holder && clock.now() < deadline) {
    // oxlint-disable-next-line no-await-in-loop
    await sleep(clock, lookAgainMs)
    // oxlint-disable-next-line no-await-in-loop
    now = await lockHolder(home)
  }
}

async function takeSocket(home: Home): Promise<Lock> {
  const path = await abstractPath(home)
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(String(process.pid))
  })
  try {
    await bind(server, path)
  } catch (cause) {
    if (errnoOf(cause) !== 'EADDRINUSE') throw cause
    const pid = await askHolder(path)
    throw new TroupeError('E_MANAGER_LOCKED', `a manager lives in ${home.dir}${pidText(pid)}`, {
      hint: 'use it, or stop it with: troupe kill',
      cause,
    })
  }
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** One home has one name, whichever link leads to it. */
async function abstractPath(home: Home): Promise<string> {
  return `\0troupe:${process.getuid?.() ?? 0}:${digestOf(await realpath(home.dir))}`
}

function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
}

/** The holder of an abstract socket tells its pid to whoever connects. */
function askHolder(path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(path)
    socket.setEncoding('utf8')
    // A frozen holder is a holder still, but cannot say who it is.
    const cancel = systemClock.after(1_000, () => {
      resolve(0)
      socket.destroy()
    })
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => {
      cancel()
      resolve(text === '' ? undefined : Number(text))
    })
  })
}

function pidText(pid: number | undefined): string {
  return pid === undefined || pid === 0 ? '' : `, pid ${pid}`
}
