import { pino, type Logger } from 'pino'

/** The logger as the rest of the manager knows it: pino is named here alone. */
export type ManagerLog = Logger

/** The manager's own log: JSON lines, written at once, so that the last words before a death are there. */
export function openLog(file: string): ManagerLog {
  const to = pino.destination({ dest: file, append: true, sync: true, mode: 0o600 })
  // A full disk must not take the manager with it.
  to.on('error', () => {})
  return pino({ base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, to)
}
