import { spawn } from 'node:child_process'
import type { Clock } from '../../base/clock.ts'
import { errnoOf, messageOf } from '../../base/errors.ts'
import { describeExit } from '../../base/exit.ts'
import { showMillis } from '../../base/units.ts'
import type { Millis } from '../../base/clock.ts'
import type { Place } from './place.ts'
import { withoutCredentials } from './remote-address.ts'

/** A line for the shell, and where it is to run. */
export interface Preparation {
  readonly command: string
  readonly place: Place
  readonly timeoutMs: Millis
}

/** Undefined: it did what it should. Otherwise why not, with the end of what it wrote. */
export type Failure = string | undefined

/** What is kept of the output, in characters: the end tells what went wrong. */
const keptOutput = 2_000

/** Runs a command as the service would run it, in a process group of its own that ends with its time. */
export function runCommand(preparation: Preparation, clock: Clock): Promise<Failure> {
  const { command, place, timeoutMs } = preparation
  return new Promise((resolve) => {
    let output = ''
    let isLate = false
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: place.cwd,
      env: place.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...place.user,
    })
    const cancel = clock.after(timeoutMs, () => {
      isLate = true
      killGroup(child.pid)
    })
    const end = (why: Failure): void => {
      cancel()
      resolve(why === undefined ? undefined : tellOf(command, why, output))
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => (output = (output + text).slice(-keptOutput)))
    }
    child.once('error', (error) => end(messageOf(error)))
    child.once('close', (code, signal) => {
      if (isLate) end(`took longer than ${showMillis(timeoutMs)}`)
      else if (code === 0) end(undefined)
      else end(`ended with ${describeExit(signal === null ? { code: code ?? 1 } : { signal })}`)
    })
  })
}

function tellOf(command: string, why: string, output: string): string {
  const said = withoutCredentials(output).trim()
  return `\`${command}\` ${why}${said === '' ? '' : `:\n${said}`}`
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (thrown) {
    // It ended at this very moment.
    if (errnoOf(thrown) !== 'ESRCH') throw thrown
  }
}
