import type { DrainWord } from './words.ts'

/** Raises `drain` on the process, for services that have more to finish than their connections. */
export function tellService(word: DrainWord): void {
  const { idleMs, deadlineMs } = word
  // An error in the service's own listener is the service's own.
  process.nextTick(() => (process as NodeJS.EventEmitter).emit('drain', { idleMs, deadlineMs }))
}

/** Ends the process: by the signal for which the service has a listener that tidies up, or else at once. */
export function leave(signal: NodeJS.Signals | undefined): void {
  if (signal !== undefined && process.listenerCount(signal) > 0) process.kill(process.pid, signal)
  else process.exit()
}
