import type { Millis } from '../base/clock.ts'
import { showMillis } from '../base/units.ts'
import type { FleetHost } from '../protocol/views.ts'
import type { HostSigns, Registry } from './registry.ts'

/** `unreachable` is not `down`: two detectors have to agree before that. */
export type HostState = FleetHost['state']

/** How a host stands, and why, in one sentence without a full stop. */
export interface MembershipVerdict {
  readonly state: HostState
  readonly why: string
}

/**
 * Decides how a host stands from what two detectors say (PROTOCOL §6): its lease, which it renews with every
 * heartbeat, and its connection, which the kernel closes with the process.
 */
export function judgeHost({ deadlineMs, listeners }: HostSigns, now: Millis): MembershipVerdict {
  const isConnected = listeners > 0
  if (deadlineMs === undefined) {
    return isConnected
      ? { state: 'unreachable', why: 'it is connected, and has not sent a heartbeat yet' }
      : { state: 'down', why: 'it has left' }
  }
  const leftMs = deadlineMs - now
  if (leftMs > 0) {
    return isConnected
      ? { state: 'up', why: 'it listens, and its lease is renewed' }
      : {
          state: 'unreachable',
          why: `its connection is gone; its lease ends in ${showMillis(leftMs)}`,
        }
  }
  const overdue = showMillis(-leftMs)
  return isConnected
    ? { state: 'unreachable', why: `it is connected, and its lease ended ${overdue} ago` }
    : { state: 'down', why: `its connection is gone, and its lease ended ${overdue} ago` }
}

/** Everybody in a registry, and how each stands. */
export function judgeAll({ hosts, nowMs }: Registry): readonly FleetHost[] {
  return hosts.map(({ host, signs, info }) => {
    const { deadlineMs: leaseUntil } = signs
    return {
      host,
      ...judgeHost(signs, nowMs),
      ...(leaseUntil === undefined ? {} : { leaseUntil }),
      ...(info === undefined ? {} : { info }),
    }
  })
}
