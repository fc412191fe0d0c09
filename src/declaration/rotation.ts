import type { Millis } from '../base/clock.ts'

/** When the logs of a service are rotated, and what is kept of them. */
export interface RotationSpec {
  /** A file that has grown beyond this is rotated. */
  readonly maxBytes: number
  /** A file that has been written for longer is rotated; absent: age does not matter. */
  readonly maxAgeMs?: Millis
  /** Rotated files that are kept of each log. */
  readonly keep: number
  /** Rotated files of each log together take at most this. */
  readonly totalBytes: number
}

/** What holds where nothing is said. */
export const defaultRotation: RotationSpec = {
  maxBytes: 10 * 1024 ** 2,
  keep: 10,
  totalBytes: 1024 ** 3,
}

/** As a file says it. */
export interface SaidRotation {
  readonly max_size: number
  readonly max_age: Millis
  readonly keep: number
  readonly total: number
}

/** Undefined where logs are not to be rotated. */
export function rotationOf(said: boolean | Partial<SaidRotation>): RotationSpec | undefined {
  if (said === false) return undefined
  if (said === true) return defaultRotation
  const { max_size: maxBytes, max_age: maxAgeMs, keep, total: totalBytes } = said
  return {
    maxBytes: maxBytes ?? defaultRotation.maxBytes,
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    keep: keep ?? defaultRotation.keep,
    totalBytes: totalBytes ?? defaultRotation.totalBytes,
  }
}
