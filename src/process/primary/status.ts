import { constants } from 'node:os'

/** The status that a shell would report of a child that ended so. */
export function statusOf(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 0) : 128 + constants.signals[signal]
}
