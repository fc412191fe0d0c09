import type { Millis } from '../../base/clock.ts'

/** How a primary restarts workers while no manager lives. */
export interface Autonomy {
  /** The pause before the first restart. */
  readonly initialMs: Millis
  /** Each further pause is this much longer. */
  readonly factor: number
  readonly maxMs: Millis
  /** So many restarts in a row, then the slot rests until a manager comes. */
  readonly maxRestarts: number
  /** Whoever exits with one of these codes, or with any, wished to end. */
  readonly restCodes: readonly number[] | 'all'
}

/** Used for services that say nothing else. */
export const defaultAutonomy: Autonomy = {
  initialMs: 100,
  factor: 2,
  maxMs: 15_000,
  maxRestarts: 16,
  restCodes: [],
}

/** What a primary knows of a worker that is gone. */
export interface Loss {
  /** A manager is connected: it decides. */
  readonly isManaged: boolean
  /** A manager had asked it to end. */
  readonly isAsked: boolean
  /** Another launch of the slot was started after it. */
  readonly isReplaced: boolean
  /** How often in a row this slot was restarted by the primary. */
  readonly restarts: number
  readonly uptimeMs: Millis
  /** Absent: a signal ended it. */
  readonly code?: number
}

/** What becomes of the slot. */
export type AutonomyVerdict =
  | { readonly kind: 'restart'; readonly afterMs: Millis; readonly restarts: number }
  | { readonly kind: 'rest' }

/** Whatever is the reason, it can be told to nobody: the manager that comes reads how the worker ended. */
const rest: AutonomyVerdict = { kind: 'rest' }

/** Decides about a worker that is gone. A run that was longer than the longest pause makes earlier ones forgotten. */
export function afterLoss(loss: Loss, policy: Autonomy): AutonomyVerdict {
  if (loss.isManaged || loss.isAsked || loss.isReplaced) return rest
  const { code } = loss
  if (code !== undefined && (policy.restCodes === 'all' || policy.restCodes.includes(code))) {
    return rest
  }
  const restarts = loss.uptimeMs > policy.maxMs ? 0 : loss.restarts
  if (restarts >= policy.maxRestarts) return rest
  const afterMs = Math.min(policy.maxMs, policy.initialMs * policy.factor ** restarts)
  return { kind: 'restart', afterMs, restarts: restarts + 1 }
}
