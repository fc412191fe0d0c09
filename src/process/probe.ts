import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import type { Check } from '../base/check.ts'
import { messageOf } from '../base/errors.ts'
import type { Millis } from '../base/clock.ts'

/** Where a command of a look runs, and as whom. */
export interface ProbeSite {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly user?: { readonly uid?: number; readonly gid: number }
  /** Where the output of a command goes besides, absolute. */
  readonly log?: { readonly out: string; readonly error: string }
}

/** Undefined: it is well. Otherwise what was seen, one sentence without a full stop. */
export type Sight = string | undefined

/** How long a look may take, and when nobody waits for it any more. */
export interface Patience {
  readonly timeoutMs: Millis
  readonly signal: AbortSignal
}

/** Looks at a service. Never rejects; nothing of a look is left once it has resolved. */
export type Prober = (check: Check, around: ProbeSite, patience: Patience) => Promise<Sight>

/** Looks through the network, or through a command. */
export const probe: Prober = async (check, around, patience) => {
  try {
    switch (check.kind) {
      case 'http':
        return await overHttp(check, patience)
      case 'tcp':
        return await overTcp(check, patience)
      case 'exec':
        return await byCommand(check.argv, around, patience)
    }
  } catch (thrown) {
    return messageOf(thrown)
  }
}

/** What an answer over HTTP says. */
export function sightOf(
  { path, status }: { readonly path: string; readonly status?: number },
  answered: number,
): Sight {
  const isWell = status === undefined ? answered >= 200 && answered < 400 : answered === status
  return isWell ? undefined : `GET ${path} answered ${answered}`
}

function overHttp(
  check: Extract<Check, { kind: 'http' }>,
  { timeoutMs, signal }: Patience,
): Promise<Sight> {
  const { host, port, path } = check
  return new Promise((resolve) => {
    const tooLate = AbortSignal.timeout(timeoutMs)
    const headers = { 'user-agent': 'troupe', connection: 'close' }
    const request = get({ host, port, path, headers, signal }, (response) => {
      const { statusCode = 0 } = response
      resolve(sightOf(check, statusCode))
      // Nobody reads the rest.
      response.destroy()
    })
    request.on('error', (error) =>
      resolve(tooLate.aborted ? `GET ${path}: no answer in ${timeoutMs} ms` : error.message),
    )
    tooLate.addEventListener('abort', () => request.destroy())
  })
}

function overTcp(
  { host, port }: Extract<Check, { kind: 'tcp' }>,
  { timeoutMs, signal }: Patience,
): Promise<Sight> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs, signal })
    const end = (sight: Sight): void => {
      resolve(sight)
      socket.destroy()
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end(`port ${port}: no answer in ${timeoutMs} ms`))
    socket.once('error', (error) => end(error.message))
  })
}

const mostOutput = 2_000

function byCommand(
  [command, ...args]: readonly [string, ...string[]],
  { cwd, env, user, log }: ProbeSite,
  { timeoutMs, signal }: Patience,
): Promise<Sight> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      ...user,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (path: string | undefined) => (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-mostOutput)
      if (path !== undefined) append(path, chunk)
    }
    child.once('error', (error) => resolve(error.message))
    // Where there is no descriptor left, there is no pipe either.
    const { stdout, stderr }: Partial<Pick<typeof child, 'stdout' | 'stderr'>> = child
    stdout?.on('data', keep(log?.out))
    stderr?.on('data', keep(log?.error))
    const tooLate = AbortSignal.timeout(timeoutMs)
    // What leads the group ends with the rest of it; how that looks is told by `exit`.
    const cutOff = (): void => killGroup(child.pid)
    tooLate.addEventListener('abort', cutOff)
    signal.addEventListener('abort', cutOff)
    if (signal.aborted) cutOff()
    child.once('exit', (code, by) => {
      // Whose number this was may soon be another's.
      tooLate.removeEventListener('abort', cutOff)
      signal.removeEventListener('abort', cutOff)
      killGroup(child.pid)
      afterLastWords(child, () => {
        if (tooLate.aborted) return resolve(`no end in ${timeoutMs} ms`)
        const last = output.trim().split('\n').at(-1)
        resolve(code === 0 ? undefined : `exited with ${by ?? code}${last ? `: ${last}` : ''}`)
      })
    })
  })
}

/** A log that cannot be written is no failure of the command. */
function append(path: string, chunk: Buffer): void {
  try {
    appendFileSync(path, chunk, { mode: 0o640 })
  } catch {}
}

/** How long output may be held open by what left the group of a command. */
const lastWordsMs = 200

/** With its group gone the pipes close, and nothing that a command said is missed. */
function afterLastWords(child: ChildProcess, then: () => void): void {
  AbortSignal.timeout(lastWordsMs).addEventListener('abort', () => {
    child.stdout?.destroy()
    child.stderr?.destroy()
  })
  child.once('close', then)
}

/** The command leads a group of its own; what it left in the background is in it too. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}
