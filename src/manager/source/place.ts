import {
  environmentOf,
  type Slot,
  type Surroundings,
  userOf,
} from '../../supervisor/launch-order.ts'

/** Where and as whom something is done for a service: as its own processes run. */
export interface Place {
  /** Absolute. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Absent: the user of the manager. */
  readonly user?: { readonly uid?: number; readonly gid: number }
}

/** The place of a service, whose first slot stands for all of them. */
export function placeOf(slot: Slot, around: Surroundings): Place {
  return { cwd: slot.spec.cwd, env: environmentOf(slot, around), ...userOf(slot.spec) }
}
