import { errnoOf } from '../base/errors.ts'
import type { ProcessIdentity } from './host.ts'
import { parseStat, readStat } from './proc.ts'

/** Whether exactly this process still runs. A zombie does not, nor does a later process with the same pid. */
export function isAlive(identity: ProcessIdentity, bootId: string): boolean {
  const stat = readStat(identity.pid)
  return (
    identity.bootId === bootId &&
    stat !== undefined &&
    stat.startTicks === identity.startTicks &&
    stat.state !== 'Z'
  )
}

/**
 * Sends a signal to exactly this process; false when it is gone.
 *
 * The check and the signal are two system calls. For a stranger to be hit, the process would have to end, be
 * reaped, and its pid be given away again in the microseconds between them.
 */
export function sendSignal(
  identity: ProcessIdentity,
  bootId: string,
  signal: NodeJS.Signals,
): boolean {
  return isAlive(identity, bootId) && trySignal(identity.pid, signal)
}

/** `kill(2)`: false when there is nobody (left) with that pid or group, or when it belongs to somebody else. */
export function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ESRCH' || errno === 'EPERM') return false
    throw error
  }
}

/**
 * Reads what a guard or a main process wrote about itself: its line of `/proc/self/stat`.
 *
 * The process noted its own start before it became the service's program, so the note holds even when the
 * process is gone by the time it is read.
 */
export function parseIdentity(note: string, bootId: string): ProcessIdentity | undefined {
  const stat = parseStat(note.trim())
  return stat && { bootId, pid: stat.pid, startTicks: stat.startTicks }
}
