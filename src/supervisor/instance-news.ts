import type { InstanceNews } from './instance-messages.ts'
import type { Standing } from './remembered.ts'
import type { SeatedSlot } from './seat.ts'

/** How an instance stands, for its service. */
export function newsOf(
  { slot, seat, role }: SeatedSlot,
  { state, memory: { why, forced = 0 } }: Standing,
): Omit<InstanceNews, 'hasFailed' | 'isSettling' | 'cause'> {
  return { slot, seat, role, state, why, forced }
}
