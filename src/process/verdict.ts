import type { Found, LaunchRecord, ProcessIdentity } from './host.ts'
import type { ExitNote } from './run-directory.ts'

/** What can be seen of a launch from outside: its notes on disk and the processes that live. */
export interface Evidence {
  readonly record: LaunchRecord
  readonly isThisBoot: boolean
  readonly exitNote: ExitNote | undefined
  /** Who the main process said it was; undefined when it never got that far. */
  readonly main: ProcessIdentity | undefined
  readonly isMainAlive: boolean
  /** A guard wrote its note. */
  readonly isGuardNoted: boolean
  /** The guard of the note lives, or (before it could write one) somebody carries the cookie. */
  readonly isGuardAlive: boolean
  readonly now: Date
}

/** What a run directory means; `moving` while its guard is between two notes. */
export type Verdict = Exclude<Found, { kind: 'orphan' }> | { readonly kind: 'moving' }

/** Judges one launch: from the surest evidence to the weakest. */
export function judge(seen: Evidence): Verdict {
  const { record, exitNote, main, now } = seen
  if (!seen.isThisBoot) return { kind: 'rebooted', record }
  if (exitNote) return { kind: 'exited', record, ...exitNote }
  if (main && seen.isMainAlive) return { kind: 'alive', record, main }
  if (seen.isGuardAlive) return { kind: 'moving' }
  if (!main && !seen.isGuardNoted) return { kind: 'unstarted', record }
  return { kind: 'exited', record, exit: { unknown: true }, at: now }
}
