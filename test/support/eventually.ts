import { setTimeout as pause } from 'node:timers/promises'

export interface Patience {
  readonly withinMs?: number
  readonly everyMs?: number
}

/**
 * Resolves with the first outcome of `attempt` that is not undefined. An attempt that throws counts as
 * "not yet"; when the time is over, what it threw last is the cause of the error.
 */
export async function eventually<T>(
  what: string,
  attempt: () => T | undefined | Promise<T | undefined>,
  { withinMs = 15_000, everyMs = 10 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  let cause: unknown
  do {
    try {
      const outcome = await attempt()
      if (outcome !== undefined) return outcome
    } catch (error) {
      cause = error
    }
    await pause(everyMs)
  } while (performance.now() < deadline)
  throw new Error(`waited ${withinMs} ms in vain until ${what}`, { cause })
}
