const firstMs = 50
const longestMs = 1_000

/** The pause before the `attempt`-th try in a row; 1 is the first. */
export function pauseBefore(attempt: number): number {
  return Math.min(longestMs, firstMs * 2 ** (attempt - 1))
}
