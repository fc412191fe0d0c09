import { spawn } from 'node:child_process'
import { get } from 'node:http'
import { connect } from 'node:net'
import type { Check } from '../base/check.ts'
import { messageOf } from '../base/errors.ts'
import type { Millis } from '../base/clock.ts'

/** Where a command of a look runs, and as whom. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly user?: { readonly uid?: number; readonly gid: number }
}

/** Undefined: it is well. Otherwise what was seen, one sentence without a full stop. */
export type Sight = string | undefined

/** Looks at a service. Never rejects. */
export type Prober = (check: Check, around: Surroundings, timeoutMs: Millis) => Promise<Sight>

/** Looks through the network, or through a command. */
export const probe: Prober = async (check, around, timeoutMs) => {
  try {
    switch (check.kind) {
      case 'http':
        return await overHttp(check, timeoutMs)
      case 'tcp':
        return await overTcp(check, timeoutMs)
      case 'exec':
        return await byCommand(check.argv, around, timeoutMs)
    }
  } catch (thrown) {
    return messageOf(thrown)
  }
}

function overHttp(
  { host, port, path, status }: Extract<Check, { kind: 'http' }>,
  timeoutMs: Millis,
): Promise<Sight> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const headers = { 'user-agent': 'troupe', connection: 'close' }
    const request = get({ host, port, path, headers, signal }, (response) => {
      const { statusCode = 0 } = response
      const isWell =
        status === undefined ? statusCode >= 200 && statusCode < 400 : statusCode === status
      resolve(isWell ? undefined : `GET ${path} answered ${statusCode}`)
      // Nobody reads the rest.
      response.destroy()
    })
    request.on('error', (error) =>
      resolve(signal.aborted ? `GET ${path}: no answer in ${timeoutMs} ms` : error.message),
    )
  })
}

function overTcp(
  { host, port }: Extract<Check, { kind: 'tcp' }>,
  timeoutMs: Millis,
): Promise<Sight> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
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
  { cwd, env, user }: Surroundings,
  timeoutMs: Millis,
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
    const keep = (chunk: Buffer): void =>
      void (output = (output + chunk.toString()).slice(-mostOutput))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const signal = AbortSignal.timeout(timeoutMs)
    signal.addEventListener('abort', () => {
      if (child.pid !== undefined && child.exitCode === null) killGroup(child.pid)
      resolve(`no end in ${timeoutMs} ms`)
    })
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, by) => {
      const last = output.trim().split('\n').at(-1)
      resolve(code === 0 ? undefined : `exited with ${by ?? code}${last ? `: ${last}` : ''}`)
    })
  })
}

/** The command leads a group of its own. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended in this instant.
  }
}
