import type { Millis } from '../../base/clock.ts'
import { errnoOf, messageOf } from '../../base/errors.ts'

/** Why files are not watched, and what becomes of it. */
export interface Trouble {
  /** Trouble of the same key is told once. */
  readonly key: string
  /** One sentence without a full stop. */
  readonly why: string
  readonly next: string
  readonly firstRetryMs: Millis
  readonly maxRetryMs: Millis
}

const slow = { firstRetryMs: 5_000, maxRetryMs: 300_000 }
/** Looking whether a path is there costs nothing. */
const fast = { firstRetryMs: 100, maxRetryMs: 1_000 }

/**
 * What stopped a watch, what happens next, and when it is tried again, by its errno; an unknown one is tried again
 * slowly.
 */
export function troubleOf(thrown: unknown, root: string): Trouble {
  const errno = errnoOf(thrown) ?? 'unknown'
  const { why, next, pace } = known[errno] ?? {
    why: messageOf(thrown),
    next: 'it is tried again',
    pace: slow,
  }
  return { key: errno, why: `\`${root}\` is not watched: ${why}`, next, ...pace }
}

/** How long to wait before the `attempt`-th attempt after a failure; 1 is the first. */
export function retryAfter({ firstRetryMs, maxRetryMs }: Trouble, attempt: number): Millis {
  return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(attempt - 1, 30))
}

const polling = 'watch less (`watch`, `ignore_watch`), or set `watch_options.usePolling` to true'

const known: Readonly<
  Record<string, { readonly why: string; readonly next: string; readonly pace: typeof slow }>
> = {
  ENOSPC: {
    why: "the system's limit of watched files is reached",
    next: `raise it, as root: sysctl fs.inotify.max_user_watches=1048576; or ${polling}`,
    pace: slow,
  },
  EMFILE: {
    why: 'too many files are open, or too many programs watch files',
    next: `raise it, as root: sysctl fs.inotify.max_user_instances=1024, and the manager's limit of open files (ulimit -n); or ${polling}`,
    pace: slow,
  },
  ENFILE: {
    why: 'the whole system has too many files open',
    next: 'raise it, as root: sysctl fs.file-max=1000000',
    pace: slow,
  },
  ENOENT: {
    why: 'it does not exist',
    next: 'create it, or correct `watch`; it is watched as soon as it is there',
    pace: fast,
  },
  EACCES: {
    why: 'the manager may not read it',
    next: 'let the user of the manager read it, put it into `ignore_watch`, or set `watch_options.ignorePermissionErrors` to true',
    pace: slow,
  },
  EPERM: {
    why: 'the system does not allow it',
    next: 'put it into `ignore_watch`, or set `watch_options.usePolling` to true',
    pace: slow,
  },
}
