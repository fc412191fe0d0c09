import type { Slot } from '../supervisor/launch-order.ts'
import type { DesiredService, DesiredState } from './desired-state.ts'

/** The slots of a service as its supervisor takes them; `wanted` for all of them, where it is given. */
export function slotsOf(
  state: DesiredState,
  { id, spec, environment, slots }: DesiredService,
  wanted?: 'down',
): readonly Slot[] {
  const inherited = state.environments[environment] ?? {}
  return slots.map((each) => ({
    serviceId: id,
    spec,
    inherited,
    slot: each.slot,
    pmId: each.pmId,
    wanted: wanted ?? each.wanted,
  }))
}

/** The same slots as they are to be once a reload has completed; undefined where none changes them. */
export function stagedSlotsOf(
  state: DesiredState,
  service: DesiredService,
): readonly Slot[] | undefined {
  const { staged } = service
  return staged && slotsOf(state, { ...service, ...staged })
}
