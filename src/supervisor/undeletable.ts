import { TroupeError } from '../base/errors.ts'
import type { InstanceView } from '../protocol/views.ts'

/** Says which processes keep a service from being deleted. */
export function undeletable(service: string, stuck: readonly InstanceView[]): TroupeError {
  const left = stuck.map(({ slot, state, pid }) => `#${slot} is ${state}, pid ${pid ?? 'unknown'}`)
  return new TroupeError('E_FAILED', `${service} cannot be deleted: ${left.join('; ')}`, {
    hint: 'what cannot be killed waits for a disk or a device; delete it again once that is gone',
  })
}
