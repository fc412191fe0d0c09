import type { Millis } from '../base/clock.ts'
import type { Ending } from './ending.ts'

/** `permanent`: always started again; `transient`: only after a fault; `temporary`: never. */
export type RestartType = 'permanent' | 'transient' | 'temporary'

/**
 * Who is restarted with a failed child: nobody, all, or those started after it.
 *
 * `dynamic` is `one_for_one` for many alike children: they start and stop all at once,
 * where the others start one after the other and stop in reverse.
 */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one' | 'dynamic'

/** Supervision as in OTP. */
export interface SupervisorOpts {
  readonly strategy: Strategy
  /** More than `max` restarts within the window are too many. */
  readonly intensity: { readonly max: number; readonly windowMs: Millis }
  /** Whether the supervisor stops when its significant children have ended for good. */
  readonly autoShutdown?: 'never' | 'any_significant' | 'all_significant'
  /**
   * After too many restarts: fail, so that the parent decides; stop, children first; or
   * leave the child down for `cooldownMs` and begin to count anew.
   */
  readonly onExceeded: 'escalate' | 'stop' | 'cooldown'
  /** 60 s where it is not given. */
  readonly cooldownMs?: Millis
}

/** How an actor that says nothing else supervises the children it spawns. */
export const defaultSupervision: SupervisorOpts = {
  strategy: 'dynamic',
  intensity: { max: 3, windowMs: 5_000 },
  onExceeded: 'escalate',
}

/** Whether a child that ended by itself is to be started again. */
export function isRestarted(restart: RestartType, ending: Ending): boolean {
  if (restart === 'transient') return ending.kind === 'fault'
  return restart === 'permanent'
}

/** The members, in start order, that go down and up again with the failed one. */
export function companionsOf<T>(
  strategy: Strategy,
  members: readonly T[],
  failed: T,
): readonly T[] {
  switch (strategy) {
    case 'one_for_all':
      return members.filter((member) => member !== failed)
    case 'rest_for_one':
      return members.slice(members.indexOf(failed) + 1)
    case 'one_for_one':
    case 'dynamic':
      return []
  }
}

/** Adds a restart to those of the window, and says whether it is one too many. */
export function countRestart(
  { max, windowMs }: SupervisorOpts['intensity'],
  restarts: readonly Millis[],
  now: Millis,
): { readonly restarts: readonly Millis[]; readonly isExceeded: boolean } {
  const recent = [...restarts.filter((at) => at > now - windowMs), now]
  return { restarts: recent, isExceeded: recent.length > max }
}

/** Whether the end of a significant child, with `left` such still there, ends the supervisor. */
export function isShutDown(autoShutdown: SupervisorOpts['autoShutdown'], left: number): boolean {
  if (autoShutdown === 'any_significant') return true
  return autoShutdown === 'all_significant' && left === 0
}
