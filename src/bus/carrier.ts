import type { Cancel } from '../base/clock.ts'

/** Called with every message of a channel, in the order in which one publisher sent them. */
export type Hear = (payload: string, channel: string) => void

/**
 * Moves opaque strings between processes. Everything the bus promises beyond
 * "probably delivered, in order per channel" is built above this interface.
 *
 * `test/bus/carrier.conformance.ts` holds every carrier to the same behaviour:
 * inside one process, through the manager's socket, and between machines.
 */
export interface Carrier {
  /**
   * Resolves to how many receivers heard: a hint that nobody serves a name, never an acknowledgement.
   *
   * @throws TroupeError `E_BUS_DOWN` when nothing can be carried now, `E_CLOSED` after {@link close}
   */
  publish(channel: string, payload: string): Promise<number>
  /**
   * Resolves once messages published from now on will be heard; over a lost link that is after it is back.
   *
   * @throws TroupeError `E_REJECTED` when the channel is forbidden, `E_CLOSED` after {@link close}
   */
  subscribe(channel: string, hear: Hear): Promise<Cancel>
  close(): Promise<void>
}
