import { active, type Field, moot } from '../field.ts'
import { duration, oneOf, signal, truth } from '../kinds.ts'
import type { ActiveFields } from '../values.ts'

/** How a process is told to start and to stop. */
export const life: Pick<
  ActiveFields,
  | 'kill_timeout'
  | 'kill_signal'
  | 'treekill'
  | 'wait_ready'
  | 'listen_timeout'
  | 'shutdown_with_message'
  | 'drain_timeout'
  | 'reload'
  | 'reload_signal'
  | 'stdin'
> = {
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
  wait_ready: {
    kind: truth,
    doc: 'Online only once the process has sent `ready`; one that does not in time (`listen_timeout`) has failed.',
    fallback: false,
    standing: active,
  },
  listen_timeout: {
    kind: duration(1),
    doc: 'How long to wait for `ready`, or for a reloaded process to listen.',
    fallback: 3_000,
    standing: active,
  },
  shutdown_with_message: {
    kind: truth,
    doc: 'Sends the message `shutdown` where there would be a signal.',
    fallback: false,
    standing: active,
  },
  drain_timeout: {
    kind: duration(),
    doc: 'How long a process that a reload replaces may finish the requests it has.',
    fallback: 10_000,
    standing: active,
  },
  reload: {
    kind: oneOf('restart', 'overlap', 'primary'),
    doc: 'How `reload` replaces a process in fork mode: `restart` (the default) with a gap, `overlap` starts the new one first, `primary` puts a Node service behind a primary that holds its ports, so that no request is lost.',
    standing: active,
  },
  reload_signal: {
    kind: signal,
    doc: 'The signal by which `reload` tells a service in fork mode to read its settings again, such as SIGHUP; its process stays, and has to live on for `min_uptime` and to pass its readiness probe. Where the declaration changed it is restarted all the same.',
    standing: active,
  },
  stdin: {
    kind: oneOf('pipe', 'null'),
    doc: 'Standard input in fork mode: a `pipe` that `troupe send` and `attach` write to and that never ends, or `null`, /dev/null, which ends at once. Default: `pipe`; for a job, `null`.',
    standing: active,
  },
}

/**
 * Fields of PM2 about the life of a process that change nothing here: accepted, so that its files can be used as
 * they are.
 */
export const passiveLife: Readonly<Record<string, Field>> = {
  kill_retry_time: {
    kind: duration(),
    doc: 'In PM2, how often to look whether a process is gone.',
    standing: moot('the end of a process is noticed at once, not looked for'),
  },
}
