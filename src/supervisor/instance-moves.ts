import type { Millis } from '../base/clock.ts'
import type { Effect, EventOf, Exited, Memory, Moment, Outcome } from './instance-machine.ts'
import { judge, type Verdict } from './restart-policy.ts'

// The moves that several cells of the instance table share.

const quiet: readonly Effect[] = [
  { do: 'disarm', timer: 'spawnDue' },
  { do: 'disarm', timer: 'stableDue' },
  { do: 'disarm', timer: 'resetDue' },
  { do: 'disarm', timer: 'killDue' },
]

/** Asks for a place among those that may spawn. */
export function launch(memory: Memory, isAutomatic: boolean): Outcome {
  const { pid: _, dueAt: __, spawnedAt: ___, ...rest } = memory
  return {
    state: 'waiting',
    memory: { ...rest, isAgain: false, isDone: false },
    effects: [{ do: 'askGate', isAutomatic }],
  }
}

/** The process exists: online, unless it was stopped or restarted while it was being started. */
export function becomeOnline({ pid }: EventOf<'alive'>, before: Memory, { now }: Moment): Outcome {
  const memory = { ...before, pid }
  if (memory.wanted === 'down' || memory.isAgain) return end(memory, undefined)
  const { restarts, spawnedAt = now, policy } = memory
  const bootMs = now - spawnedAt
  return {
    state: 'online',
    memory: { ...memory, why: `${Math.round(bootMs)} ms after spawning` },
    effects: [
      { do: 'disarm', timer: 'spawnDue' },
      { do: 'announce', type: 'instance.online', data: { pid, bootMs, restarts } },
      { do: 'arm', timer: 'stableDue', ms: policy.minUptimeMs },
    ],
  }
}

/** A process that a former manager started is ours again. */
export function resurface(event: EventOf<'adopted'>, before: Memory): Outcome {
  const { pid, gapMs, readyForMs } = event
  const memory = { ...before, pid }
  const adopted: Effect = { do: 'announce', type: 'instance.adopted', data: { pid, gapMs } }
  if (memory.wanted === 'down' || memory.isAgain) {
    const outcome = end(memory, undefined)
    return { ...outcome, effects: [adopted, ...(outcome.effects ?? [])] }
  }
  const stableInMs = Math.max(0, memory.policy.minUptimeMs - readyForMs)
  return {
    state: 'online',
    memory,
    effects: [adopted, { do: 'arm', timer: 'stableDue', ms: stableInMs }],
  }
}

/** Asks the process to end; it is killed when the grace is over. */
export function end(memory: Memory, graceMs: Millis | undefined): Outcome {
  const { pid, stopSignal: signal } = memory
  const timeoutMs = graceMs ?? memory.graceMs
  const data = { pid: pid ?? 0, signal, timeoutMs }
  return {
    state: 'stopping',
    memory,
    effects: [
      ...quiet,
      { do: 'announce', type: 'instance.stopping', data },
      { do: 'signal', signal },
      { do: 'arm', timer: 'killDue', ms: timeoutMs },
    ],
  }
}

/** Ends the process in order to start it again. */
export function relaunch(memory: Memory, graceMs: Millis | undefined, why: string): Outcome {
  const outcome = end(
    { ...memory, wanted: 'up', isAgain: true, restarts: memory.restarts + 1 },
    graceMs,
  )
  const restarting: Effect = { do: 'announce', type: 'instance.restarting', data: { why } }
  return { ...outcome, effects: [restarting, ...(outcome.effects ?? [])] }
}

/** Decides what follows an exit, whoever wished for it. */
export function afterExit(event: Exited, memory: Memory, moment: Moment): Outcome {
  const planned = memory.wanted === 'down' || memory.isAgain
  const outcome =
    event.survivors.length > 0 ? getStuck(event, memory) : followUp(event, memory, moment)
  return {
    ...outcome,
    effects: [...quiet, announceExit(event, planned), ...(outcome.effects ?? [])],
  }
}

function followUp(event: Exited, memory: Memory, moment: Moment): Outcome {
  if (memory.isAgain) return launch(memory, false)
  if (memory.wanted === 'down') {
    return {
      state: 'stopped',
      memory: { ...withoutProcess(memory), why: 'stopped on request' },
      effects: [{ do: 'announce', type: 'instance.stopped', data: {} }],
    }
  }
  const verdict = judge(memory.policy, event, memory.failures, moment.random)
  return obey(verdict, memory, moment, event.lastLogLines)
}

/** Nobody of a stuck instance is left: now its end counts as any other. */
export function afterSweep(
  { survivors }: EventOf<'swept'>,
  memory: Memory,
  moment: Moment,
): Outcome {
  if (survivors.length > 0) return {}
  const { stuckBy, ...rest } = memory
  const outcome = stuckBy === undefined ? unjudged(rest) : followUp(stuckBy, rest, moment)
  return { ...outcome, effects: [{ do: 'disarm', timer: 'killDue' }, ...(outcome.effects ?? [])] }
}

/** What was killed because it would not end has no end of its own to judge. */
function unjudged(memory: Memory): Outcome {
  if (memory.wanted === 'up') return launch(memory, true)
  return {
    state: 'stopped',
    memory: { ...withoutProcess(memory), why: 'stopped on request' },
    effects: [{ do: 'announce', type: 'instance.stopped', data: {} }],
  }
}

/** A launch that never became a process: tried again where trying can help. */
export function afterFailedStart(
  event: { readonly why: string; readonly hint?: string; readonly isRetryable: boolean },
  memory: Memory,
  moment: Moment,
): Outcome {
  const { why, hint, isRetryable } = event
  const failed: Effect = {
    do: 'announce',
    type: 'instance.start_failed',
    data: { class: 'preflight', why, ...(hint === undefined ? {} : { hint }) },
  }
  const outcome = followUpFailedStart(why, isRetryable, memory, moment)
  return { ...outcome, effects: [...quiet, failed, ...(outcome.effects ?? [])] }
}

function followUpFailedStart(
  why: string,
  isRetryable: boolean,
  memory: Memory,
  moment: Moment,
): Outcome {
  if (memory.wanted === 'down') {
    const effects: readonly Effect[] = [{ do: 'announce', type: 'instance.stopped', data: {} }]
    return { state: 'stopped', memory: { ...withoutProcess(memory), why }, effects }
  }
  if (!isRetryable) return giveUp({ kind: 'give-up', failures: memory.failures, why }, memory, [])
  const ended = { exit: { unknown: true }, readyForMs: undefined } as const
  return obey(judge(memory.policy, ended, memory.failures, moment.random), memory, moment, [])
}

function obey(
  verdict: Verdict,
  memory: Memory,
  moment: Moment,
  evidence: readonly string[],
): Outcome {
  switch (verdict.kind) {
    case 'rest':
      return {
        state: 'stopped',
        memory: { ...withoutProcess(memory), wanted: 'down', isDone: true, why: verdict.why },
        effects: [{ do: 'announce', type: 'instance.completed', data: { why: verdict.why } }],
      }
    case 'give-up':
      return giveUp(verdict, memory, evidence)
    case 'restart':
      return backOff(verdict, memory, moment)
  }
}

function giveUp(
  { failures, why }: Extract<Verdict, { kind: 'give-up' }>,
  memory: Memory,
  evidence: readonly string[],
): Outcome {
  return {
    state: 'errored',
    memory: { ...withoutProcess(memory), failures, why },
    effects: [{ do: 'announce', type: 'instance.errored', data: { why, evidence } }],
  }
}

function backOff(
  { afterMs, failures, why }: Extract<Verdict, { kind: 'restart' }>,
  memory: Memory,
  { wall }: Moment,
): Outcome {
  const dueAt = wall + afterMs
  const data = { attempt: Math.max(1, failures.attempts), delayMs: afterMs, dueAt, why }
  return {
    state: 'backoff',
    memory: { ...withoutProcess(memory), failures, dueAt, why },
    effects: [
      { do: 'announce', type: 'instance.backoff', data },
      { do: 'arm', timer: 'backoffDue', ms: afterMs },
    ],
  }
}

function getStuck(event: Exited, memory: Memory): Outcome {
  const { survivors } = event
  return {
    state: 'stuck',
    memory: { ...memory, stuckBy: event },
    effects: [
      { do: 'announce', type: 'instance.stuck', data: { survivors } },
      { do: 'arm', timer: 'killDue', ms: 5_000 },
    ],
  }
}

function withoutProcess(memory: Memory): Memory {
  const { pid: _, spawnedAt: __, ...rest } = memory
  return { ...rest, isAgain: false }
}

function announceExit(event: Exited, planned: boolean): Effect {
  const { kind: _, survivors: __, readyForMs: ___, ...data } = event
  return { do: 'announce', type: 'instance.exited', data: { ...data, planned } }
}
