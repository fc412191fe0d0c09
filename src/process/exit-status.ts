import { constants } from 'node:os'
import type { Exit } from '../base/exit.ts'

/** A shell adds this to the number of the signal that ended a command. */
const signalBase = 128

/**
 * What the status that a shell reports says about the process behind it.
 *
 * A program that itself exits with 137 cannot be told from one that was killed by SIGKILL: both are read as the
 * signal. 126 and 127 are codes: the command could not be run, or was not found.
 */
export function exitOf(status: number): Exit {
  const signal = Object.entries(constants.signals).find(
    ([, number]) => number === status - signalBase,
  )
  // The keys of `constants.signals` are the names that `NodeJS.Signals` lists.
  return signal ? { signal: signal[0] as NodeJS.Signals } : { code: status }
}

/** Reads the text of an `exit` file; undefined while the guard has not finished writing it. */
export function parseStatus(text: string): Exit | undefined {
  return /^\d+\n$/.test(text) ? exitOf(Number(text)) : undefined
}
