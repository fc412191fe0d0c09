import { active, type Field, later, moot } from '../field.ts'
import { duration, signal, truth } from '../kinds.ts'
import type { ActiveFields } from '../values.ts'

/** How a process is told to start and to stop. */
export const life: Pick<ActiveFields, 'kill_timeout' | 'kill_signal' | 'treekill'> = {
  kill_timeout: {
    kind: duration(),
    doc: 'How long a process has between the first signal and SIGKILL.',
    fallback: 1_600,
    standing: active,
  },
  kill_signal: {
    kind: signal,
    doc: 'The first signal of a stop.',
    fallback: 'SIGINT',
    standing: active,
  },
  treekill: {
    kind: truth,
    doc: 'What still carries the cookie of a launch once its main process has ended is killed; false: it is left alone. The stop signal goes to the main process; SIGKILL, when the time is over, to it, its process group, and then whatever carries the cookie.',
    fallback: true,
    standing: active,
  },
}

export const passiveLife: Readonly<Record<string, Field>> = {
  wait_ready: {
    kind: truth,
    doc: 'Online only once the process has sent `ready`.',
    standing: later,
  },
  listen_timeout: {
    kind: duration(),
    doc: 'How long to wait for `ready`, or for a reloaded process to listen.',
    standing: later,
  },
  kill_retry_time: {
    kind: duration(),
    doc: 'In PM2, how often to look whether a process is gone.',
    standing: moot('the end of a process is noticed at once, not looked for'),
  },
  shutdown_with_message: {
    kind: truth,
    doc: 'Sends the message `shutdown` where there would be a signal.',
    standing: later,
  },
}
