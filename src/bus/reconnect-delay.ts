import type { Millis } from '../base/clock.ts'
import type { Random } from '../base/random.ts'

const firstMs = 200
const longestMs = 15_000

/** Full jitter: the hosts of a fleet that lost one Redis together must not return together. */
export function reconnectDelay(attempt: number, random: Random): Millis {
  return random() * Math.min(longestMs, firstMs * 2 ** attempt)
}
