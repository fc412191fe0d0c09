import type { Millis } from '../base/clock.ts'
import { describeExit, type Exit } from '../base/exit.ts'
import type { Random } from '../base/random.ts'
import { showMillis } from '../base/units.ts'
import type { RestartMode } from '../declaration/restart-mode.ts'

/** When, how often and how fast a service's process that ended by itself is started again (SUPERVISION §5). */
export interface RestartPolicy {
  readonly mode: RestartMode
  /** Exits with one of these are wished for: no restart. */
  readonly stopCodes: readonly number[]
  /** Exits with one of these cannot get better by trying again. */
  readonly fatalCodes: readonly number[]
  /** This many unstable exits in a row and the service is given up. */
  readonly maxRestarts: number
  /** A process that lived this long after it was ready is stable. */
  readonly minUptimeMs: Millis
  readonly backoff: Backoff
  /** A process that lived this long makes its earlier failures forgotten. */
  readonly resetAfterMs: Millis
  /** It has yet to prove itself: its first failure is its last. */
  readonly isTrial?: true
}

/** How long a failed process waits before the next try. */
export type Backoff =
  | { readonly kind: 'fixed'; readonly delayMs: Millis }
  | {
      readonly kind: 'exponential'
      readonly initialMs: Millis
      readonly factor: number
      readonly maxMs: Millis
      /** 0.2 spreads a delay over ±20 %. */
      readonly jitter: number
      /** Whether the first failure after a stable run waits too, as PM2's `exp_backoff_restart_delay` does. */
      readonly isFirstDelayed: boolean
    }

/** 78 is EX_CONFIG of sysexits.h; 126 and 127 are how a shell says that a command cannot be executed or found. */
export const fatalCodes: readonly number[] = [78, 126, 127]

/** 100 ms, doubled up to 15 s: one crash is mended at once, and a crash loop costs the host little. */
export const defaultBackoff: Backoff = {
  kind: 'exponential',
  initialMs: 100,
  factor: 2,
  maxMs: 15_000,
  jitter: 0.2,
  isFirstDelayed: false,
}

/** What an instance remembers of its failures. It outlives the manager in the ledger. */
export interface Failures {
  /** Unstable exits since the last stable run: what `maxRestarts` limits. */
  readonly unstable: number
  /** What the backoff grows with; forgotten only after `resetAfterMs` of life. */
  readonly attempts: number
}

/** Before the first failure, after a stable run, and after a start that somebody asked for. */
export const noFailures: Failures = { unstable: 0, attempts: 0 }

/** What follows an exit; `why` is one sentence for an operator. */
export type RestartVerdict =
  | {
      readonly kind: 'restart'
      readonly afterMs: Millis
      readonly failures: Failures
      readonly why: string
    }
  | { readonly kind: 'rest'; readonly why: string }
  | { readonly kind: 'give-up'; readonly failures: Failures; readonly why: string }

/** The end of a process, as far as the policy has to know it. */
export interface Ended {
  readonly exit: Exit
  /** How long it had been ready; undefined when it never was. */
  readonly readyForMs: Millis | undefined
}

/** Decides what follows the end of a process that nobody had asked to end. */
export function judge(
  policy: RestartPolicy,
  { exit, readyForMs }: Ended,
  before: Failures,
  random: Random,
): RestartVerdict {
  const how = describeExit(exit)
  if (policy.isTrial === true) {
    return { kind: 'give-up', failures: before, why: `it ended with ${how} before it was trusted` }
  }
  const code = 'code' in exit ? exit.code : undefined
  if (code !== undefined && policy.stopCodes.includes(code)) {
    return { kind: 'rest', why: `${how} is one of stop_exit_codes` }
  }
  const { mode } = policy
  if (restsAfter(exit, mode)) return { kind: 'rest', why: `${how}, and ${saying(mode)}` }
  if (code !== undefined && policy.fatalCodes.includes(code)) {
    return { kind: 'give-up', failures: before, why: `${how}: ${fatalMeaning(code)}` }
  }
  const isStable = readyForMs !== undefined && readyForMs >= policy.minUptimeMs
  return isStable
    ? afterStableRun(policy, before, readyForMs, random)
    : afterUnstableRun(policy, before, random)
}

function restsAfter(exit: Exit, mode: RestartMode): boolean {
  switch (mode) {
    case 'always':
      return false
    case 'on-failure':
      return 'code' in exit && exit.code === 0
    case 'on-abnormal':
      return 'code' in exit
    case 'never':
      return true
  }
}

function saying(mode: RestartMode): string {
  return mode === 'never' ? 'autorestart is off' : `restart is ${mode}`
}

function afterStableRun(
  policy: RestartPolicy,
  before: Failures,
  readyForMs: Millis,
  random: Random,
): RestartVerdict {
  const attempts = readyForMs >= policy.resetAfterMs ? 0 : before.attempts
  const failures = { unstable: 0, attempts }
  const afterMs = delayOf(policy.backoff, 1, random)
  const pause = afterMs === 0 ? 'at once' : `in ${showMillis(afterMs)}`
  return {
    kind: 'restart',
    afterMs,
    failures,
    why: `${pause}: first exit after a stable run of ${showMillis(readyForMs)}`,
  }
}

function afterUnstableRun(policy: RestartPolicy, before: Failures, random: Random): RestartVerdict {
  const failures = { unstable: before.unstable + 1, attempts: before.attempts + 1 }
  const inARow = `${failures.unstable} unstable exit${failures.unstable === 1 ? '' : 's'} in a row`
  return tryAgain(policy, failures, inARow, random)
}

/**
 * Decides what follows a launch that never became a process, where trying again may help. It counts like an
 * unstable exit. There is no exit to rest on: what is never restarted is given up, not done.
 */
export function judgeFailedStart(
  policy: RestartPolicy,
  why: string,
  before: Failures,
  random: Random,
): RestartVerdict {
  const failures = { unstable: before.unstable + 1, attempts: before.attempts + 1 }
  if (policy.mode !== 'never') return tryAgain(policy, failures, why, random)
  return { kind: 'give-up', failures, why: `${why}, and ${saying('never')}` }
}

function tryAgain(
  policy: RestartPolicy,
  failures: Failures,
  reason: string,
  random: Random,
): RestartVerdict {
  if (policy.isTrial === true) return { kind: 'give-up', failures, why: reason }
  if (failures.unstable >= policy.maxRestarts) {
    return { kind: 'give-up', failures, why: `${reason}, max_restarts is ${policy.maxRestarts}` }
  }
  const afterMs = delayOf(policy.backoff, failures.attempts, random)
  const pause = afterMs === 0 ? 'at once' : `in ${showMillis(afterMs)}`
  return { kind: 'restart', afterMs, failures, why: `${pause}: ${reason}` }
}

/** How long the `attempt`-th restart in a row waits; 1 is the first. */
export function delayOf(backoff: Backoff, attempt: number, random: Random): Millis {
  if (backoff.kind === 'fixed') return backoff.delayMs
  const step = backoff.isFirstDelayed ? attempt - 1 : attempt - 2
  if (step < 0) return 0
  const bare = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** step)
  return Math.round(bare * (1 + backoff.jitter * (2 * random() - 1)))
}

function fatalMeaning(code: number): string {
  if (code === 127) return 'the command was not found'
  if (code === 126) return 'the command cannot be executed'
  return 'the service says its configuration is wrong'
}
