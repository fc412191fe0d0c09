import type { Millis } from '../base/clock.ts'
import type { Random } from '../base/random.ts'

/** How long an actor that failed stays down. */
export interface Backoff {
  /** The pause before the first restart. */
  readonly initialMs: Millis
  /** Each further pause is this much longer; 1 keeps them equal. */
  readonly factor: number
  readonly maxMs: Millis
  /** 0.2 spreads a pause over ±20 %. */
  readonly jitter: number
  /** An incarnation that was up this long makes earlier failures forgotten. */
  readonly resetAfterMs: Millis
}

/** The pause before the `attempt`-th restart in a row; 1 is the first. */
export function pauseBefore(backoff: Backoff | undefined, attempt: number, random: Random): Millis {
  if (!backoff) return 0
  const bare = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (attempt - 1))
  return Math.round(bare * (1 + backoff.jitter * (2 * random() - 1)))
}
