import type { Millis } from '../base/clock.ts'
import { showMillis } from '../base/units.ts'
import type { Effect, EventOf, Memory, Moment, Outcome, ReadyVia } from './instance-machine.ts'
import { end, quiet, retired } from './instance-moves.ts'
import { noFailures } from './restart-policy.ts'

// From the first sign of life to the last work.

/** The process exists: online if that is enough, unless it was stopped or restarted while it was being started. */
export function becomeOnline({ pid }: EventOf<'alive'>, before: Memory, moment: Moment): Outcome {
  const memory = { ...before, pid }
  if (memory.wanted === 'down' || memory.isAgain) return end(memory, moment)
  return memory.awaits === 'alive' ? goOnline(memory, moment) : awaitReadiness(memory)
}

/** Alive, and not yet ready. */
function awaitReadiness(memory: Memory): Outcome {
  return {
    state: 'starting',
    memory,
    effects: [
      { do: 'disarm', timer: 'spawnDue' },
      { do: 'arm', timer: 'listenDue', ms: memory.listenMs },
    ],
  }
}

/** What the service showed of itself. */
export function heard(via: ReadyVia, memory: Memory): Memory {
  return via === 'listening' ? { ...memory, isListening: true } : memory
}

/** Whoever waits for a listener takes the word of the service for it as well. */
export function isEnough(via: ReadyVia, { awaits }: Memory): boolean {
  return awaits === via || (awaits === 'listening' && via === 'message')
}

/** Never taken for ready (PM2 does so): what runs beside it would be given up for it. */
export function beLate(_: unknown, memory: Memory, moment: Moment): Outcome {
  const { pid = 0, listenMs: timeoutMs } = memory
  const what = memory.awaits === 'listening' ? 'did not listen' : 'was not ready'
  const seen = memory.seen === undefined ? '' : `: ${memory.seen}`
  const why = `it ${what} within ${showMillis(timeoutMs)}${seen}`
  const outcome = end({ ...memory, failedBy: { class: 'ready-timeout', why } }, moment)
  const late: Effect = {
    do: 'announce',
    type: 'instance.ready_timeout',
    data: { pid, timeoutMs },
  }
  return { ...outcome, effects: [late, ...(outcome.effects ?? [])] }
}

/** Ended for not being well, and then restarted as its policy says. */
export function fallIll({ why }: EventOf<'ill'>, memory: Memory, moment: Moment): Outcome {
  const failedBy = { class: 'liveness' as const, why: `it was found unwell: ${why}` }
  const outcome = end({ ...memory, failedBy }, moment)
  const { pid = 0 } = memory
  const ill: Effect = { do: 'announce', type: 'instance.unhealthy', data: { pid, why } }
  return { ...outcome, effects: [ill, ...(outcome.effects ?? [])] }
}

/** Ready for work. */
export function goOnline(memory: Memory, { now }: Moment): Outcome {
  const { pid = 0, restarts, spawnedAt = now, policy } = memory
  const bootMs = now - spawnedAt
  return {
    state: 'online',
    memory: { ...memory, why: `${Math.round(bootMs)} ms after spawning` },
    effects: [
      { do: 'disarm', timer: 'spawnDue' },
      { do: 'disarm', timer: 'listenDue' },
      { do: 'announce', type: 'instance.online', data: { pid, bootMs, restarts } },
      { do: 'arm', timer: 'stableDue', ms: policy.minUptimeMs },
    ],
  }
}

/** A process that a former manager started is ours again. */
export function resurface(event: EventOf<'adopted'>, before: Memory, moment: Moment): Outcome {
  const { pid, gapMs, readyForMs } = event
  const memory = { ...before, pid }
  const adopted: Effect = { do: 'announce', type: 'instance.adopted', data: { pid, gapMs } }
  const outcome = goOnFrom(memory, readyForMs, moment)
  return { ...outcome, effects: [adopted, ...(outcome.effects ?? [])] }
}

function goOnFrom(memory: Memory, readyForMs: Millis | undefined, moment: Moment): Outcome {
  // The words in which it was told may have been lost with that manager; one that drains ignores them.
  if (memory.isRetired === true) return drain(memory)
  if (memory.wanted === 'down' || memory.isAgain) return end(memory, moment)
  if (memory.awaits !== 'alive' && readyForMs === undefined) return awaitReadiness(memory)
  const ms = Math.max(0, memory.policy.minUptimeMs - (readyForMs ?? 0))
  return { state: 'online', memory, effects: [{ do: 'arm', timer: 'stableDue', ms }] }
}

/** What its own deadline may be late by. */
export const drainSlackMs = 500

/** Lets it finish its work: what it does not finish in time is cut off, and then it is told to end as any other. */
export function drain(before: Memory): Outcome {
  const memory = retired(before)
  const { pid = 0, drainMs: deadlineMs, preStopMs, stopSignal: signal } = memory
  return {
    state: 'draining',
    memory,
    effects: [
      ...quiet,
      { do: 'announce', type: 'instance.draining', data: { pid, deadlineMs } },
      { do: 'drain', deadlineMs, signal },
      { do: 'arm', timer: 'killDue', ms: preStopMs + deadlineMs + drainSlackMs },
    ],
  }
}

/** It has lived long enough to count as well: what failed before is not held against it. */
export function countAsStable(_: unknown, memory: Memory): Outcome {
  const { minUptimeMs, resetAfterMs } = memory.policy
  return {
    memory: { ...memory, failures: { ...memory.failures, unstable: 0 } },
    effects: [
      { do: 'announce', type: 'instance.stable', data: { uptimeMs: minUptimeMs } },
      { do: 'arm', timer: 'resetDue', ms: Math.max(0, resetAfterMs - minUptimeMs) },
    ],
  }
}

/** It has lived so long that the next failure is the first again. */
export function forget(_: unknown, memory: Memory): Outcome {
  if (memory.failures.attempts === 0) return {}
  const data = { uptimeMs: memory.policy.resetAfterMs }
  return {
    memory: { ...memory, failures: noFailures },
    effects: [{ do: 'announce', type: 'instance.backoff_reset', data }],
  }
}
