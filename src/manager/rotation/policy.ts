import type { Millis } from '../../base/clock.ts'

/** When the logs of a service are rotated, and what is kept of them. */
export interface RotationPolicy {
  readonly isOn: boolean
  /** A file that has grown beyond this is rotated. */
  readonly maxBytes: number
  /** A file whose first line is older than this is rotated; undefined: age does not matter. */
  readonly maxAgeMs?: Millis
  /** Rotated files that are kept of each log. */
  readonly keep: number
  /** Rotated files of each log together take at most this. */
  readonly totalBytes: number
}

/** What holds unless a declaration says otherwise. */
export const defaultRotation: RotationPolicy = {
  isOn: true,
  maxBytes: 10 * 1024 ** 2,
  keep: 10,
  totalBytes: 1024 ** 3,
}

/** A log as it is now. */
export interface LogState {
  readonly bytes: number
  /** Wall time since when it has been written, ms since 1970. */
  readonly since: number
}

/** Why a log is to be rotated now; undefined when it is not. */
export function dueReason(
  policy: RotationPolicy,
  { bytes, since }: LogState,
  now: number,
): 'size' | 'age' | undefined {
  if (!policy.isOn || bytes === 0) return undefined
  if (bytes > policy.maxBytes) return 'size'
  const { maxAgeMs } = policy
  return maxAgeMs !== undefined && now - since > maxAgeMs ? 'age' : undefined
}

/** A file that was rotated before. */
export interface Rotated {
  readonly path: string
  readonly bytes: number
}

/** What has to go: everything beyond the number and the size that are kept. `rotated` is ordered newest first. */
export function surplus(policy: RotationPolicy, rotated: readonly Rotated[]): readonly Rotated[] {
  let sum = 0
  return rotated.filter(({ bytes }, at) => {
    sum += bytes
    return at >= policy.keep || sum > policy.totalBytes
  })
}

/** `20261123-081500`, in UTC: names of rotated files sort by their age. */
export function stampOf(date: Date): string {
  const [day = '', time = ''] = date.toISOString().split('T')
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`
}
