import type { RotationSpec } from '../../declaration/rotation.ts'

/** A log as it is now. */
export interface LogState {
  readonly bytes: number
  /** Wall time since when it has been written, ms since 1970. */
  readonly since: number
}

/** Why a log is to be rotated now; undefined when it is not. */
export function dueReason(
  policy: RotationSpec,
  { bytes, since }: LogState,
  now: number,
): 'size' | 'age' | undefined {
  if (bytes === 0) return undefined
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
export function surplus(policy: RotationSpec, rotated: readonly Rotated[]): readonly Rotated[] {
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
