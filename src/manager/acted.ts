import { messageOf, TroupeError } from '../base/errors.ts'
import type { InstanceView } from '../protocol/views.ts'

/** What was done to instances, and what people should know of it. */
export interface Acted {
  readonly instances: readonly InstanceView[]
  readonly notes?: readonly string[]
}

/** Where there was nobody to act on. */
export const nothing: Acted = { instances: [] }

/** Everything that was done, unless something failed: then all that did. */
export function allOf(settled: readonly PromiseSettledResult<Acted>[]): Acted {
  const failed = settled.filter((each) => each.status === 'rejected')
  if (failed.length > 0) throw together(failed.map(({ reason }): unknown => reason))
  const acted = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  return {
    instances: acted.flatMap(({ instances }) => instances),
    notes: acted.flatMap(({ notes = [] }) => notes),
  }
}

function together(reasons: readonly unknown[]): unknown {
  const [first] = reasons
  if (reasons.length === 1 || !TroupeError.is(first)) return first
  const { code, hint } = first
  const message = reasons.map((each) => messageOf(each)).join('; ')
  return new TroupeError(code, message, hint === undefined ? {} : { hint })
}

/** For `find`: what it finds has failed. */
export function isRejected(settled: PromiseSettledResult<void>): settled is PromiseRejectedResult {
  return settled.status === 'rejected'
}

/** Whether a stop has anything to do. */
export function isRunning({ state }: InstanceView): boolean {
  return state !== 'stopped' && state !== 'errored'
}
