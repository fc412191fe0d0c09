import type { Cancel } from '../base/clock.ts'

/** Called with every message of a channel. */
export type Hear = (payload: string, channel: string) => void

/**
 * What the local door needs of whatever carries messages inside the manager, and what a
 * request needs of whatever leads to a manager: every carrier of the bus is one.
 */
export interface Hub {
  /** Resolves with how many heard it: a hint, never an acknowledgement. */
  publish(channel: string, payload: string): Promise<number>
  /** Resolves once messages published from now on will be heard. */
  subscribe(channel: string, hear: Hear): Promise<Cancel>
}
