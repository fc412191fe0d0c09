import type { Millis } from '../base/clock.ts'

/** What a group does when one of its services failed and is to be started again (OTP's meanings). */
export interface GroupPolicy {
  readonly strategy: 'one_for_one' | 'one_for_all' | 'rest_for_one'
  readonly intensity: { readonly max: number; readonly windowMs: Millis }
}

/** What becomes of a group when one of its members fails. */
export type GroupVerdict =
  /** The failed service goes on by its own policy; nobody else is touched. */
  | { readonly kind: 'leave' }
  /** These restart with it: to be stopped in this order, and started in the reverse. */
  | { readonly kind: 'restart'; readonly stop: readonly string[] }
  /** Failures came too fast: all of these are stopped, in this order. */
  | { readonly kind: 'stop'; readonly stop: readonly string[]; readonly why: string }

/** What a group goes by when the next of its members fails. */
export interface GroupState {
  /** Services in the order in which they were started. */
  readonly members: readonly string[]
  /** Monotonic times of the failures within the window, oldest first. */
  readonly failures: readonly Millis[]
}

/** Decides what the failure of `failed` means for the others. */
export function judgeGroup(
  { strategy, intensity }: GroupPolicy,
  { members, failures }: GroupState,
  failed: string,
  now: Millis,
): { readonly verdict: GroupVerdict; readonly failures: readonly Millis[] } {
  if (strategy === 'one_for_one') return { verdict: { kind: 'leave' }, failures }
  const recent = [...failures, now].filter((at) => at > now - intensity.windowMs)
  if (recent.length > intensity.max) {
    const why = `more than ${intensity.max} failures within ${intensity.windowMs} ms`
    return { verdict: { kind: 'stop', stop: members.toReversed(), why }, failures: [] }
  }
  const at = members.indexOf(failed)
  const touched = strategy === 'one_for_all' ? members : members.slice(at + 1)
  const stop = touched.filter((name) => name !== failed).toReversed()
  const verdict: GroupVerdict = stop.length > 0 ? { kind: 'restart', stop } : { kind: 'leave' }
  return { verdict, failures: recent }
}
