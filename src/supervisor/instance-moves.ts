import type { Millis } from '../base/clock.ts'
import type { Effect, EventOf, Exited, Memory, Moment, Outcome } from './instance-machine.ts'
import { judge, judgeFailedStart, type RestartVerdict } from './restart-policy.ts'

// The moves that several cells of the instance table share.

/** The pause between sweeps of an instance that is stuck. */
export const sweepAgainMs = 5_000

/** No timer of a living process is of use any more. */
export const quiet: readonly Effect[] = [
  { do: 'disarm', timer: 'spawnDue' },
  { do: 'disarm', timer: 'stableDue' },
  { do: 'disarm', timer: 'resetDue' },
  { do: 'disarm', timer: 'killDue' },
  { do: 'disarm', timer: 'listenDue' },
]

/** Asks for a place among those that may spawn. */
export function launch(memory: Memory, isAutomatic: boolean): Outcome {
  const { dueAt: _, ...rest } = withoutProcess(memory)
  return {
    state: 'waiting',
    memory: { ...rest, isAgain: false, isDone: false },
    effects: [{ do: 'askGate', isAutomatic }],
  }
}

/** Somebody wants it down: by when, and whether it is given up with that. */
export function downWith({ graceMs, givenUp }: EventOf<'stop'>, memory: Memory): Memory {
  const { askedGraceMs: _, givenUp: __, ...rest } = memory
  return {
    ...rest,
    wanted: 'down',
    isAgain: false,
    ...(graceMs === undefined ? {} : { askedGraceMs: graceMs }),
    ...(givenUp === undefined ? {} : { givenUp }),
  }
}

/** Somebody wants it to run, whatever its group thought of it. */
export function upWith(memory: Memory): Memory {
  const { givenUp: _, isRetired: __, ...rest } = memory
  return { ...rest, wanted: 'up' }
}

/** Somebody wants another process in place of the one there is. */
export function againWith(event: EventOf<'start' | 'restart'>, memory: Memory): Memory {
  const { askedGraceMs: _, ...rest } = upWith(memory)
  const graceMs = event.kind === 'restart' ? event.graceMs : undefined
  return {
    ...rest,
    isAgain: true,
    ...(graceMs === undefined ? {} : { askedGraceMs: graceMs }),
  }
}

/** Nothing runs, as somebody wanted it. */
export function atRest(memory: Memory): Outcome {
  const rest = withoutProcess(memory)
  const { givenUp } = rest
  if (givenUp !== undefined) {
    const data = { why: givenUp, evidence: [] }
    const effects: readonly Effect[] = [{ do: 'announce', type: 'instance.errored', data }]
    return { state: 'errored', memory: { ...rest, why: givenUp }, effects }
  }
  return {
    state: 'stopped',
    memory: { ...rest, why: 'stopped on request' },
    effects: [{ do: 'announce', type: 'instance.stopped', data: {} }],
  }
}

/** Nobody wants it any more, and it has a successor. */
export function retired(memory: Memory): Memory {
  return { ...downWith({ kind: 'stop' }, memory), isRetired: true }
}

/** How long its end may take: the grace, and the command before it where nobody is in a hurry. */
export function endMsOf({ askedGraceMs, graceMs, preStopMs }: Memory): Millis {
  return askedGraceMs ?? graceMs + preStopMs
}

/** Asks the process to end; it is killed when the grace is over. */
export function end(memory: Memory, { now }: Moment): Outcome {
  const { pid, stopSignal: signal } = memory
  const timeoutMs = memory.askedGraceMs ?? memory.graceMs
  const data = { pid: pid ?? 0, signal, timeoutMs }
  const ms = endMsOf(memory)
  return {
    state: 'stopping',
    memory: { ...memory, killAt: now + ms },
    effects: [
      ...quiet,
      { do: 'announce', type: 'instance.stopping', data },
      { do: memory.endsByMessage ? 'shutdown' : 'signal', signal },
      { do: 'arm', timer: 'killDue', ms },
    ],
  }
}

/** Ends the process in order to start it again. */
export function relaunch(event: EventOf<'restart'>, memory: Memory, moment: Moment): Outcome {
  const again = againWith(event, memory)
  const outcome = end({ ...again, restarts: memory.restarts + 1 }, moment)
  const { why } = event
  const restarting: Effect = { do: 'announce', type: 'instance.restarting', data: { why } }
  return { ...outcome, effects: [restarting, ...(outcome.effects ?? [])] }
}

/** Nothing can be done to it any more, nor with it. */
export function windUp(_: unknown, memory: Memory): Outcome {
  const { killAt: __, ...rest } = memory
  return { state: 'stopping', memory: { ...rest, isEnded: true }, effects: quiet }
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
  if (memory.wanted === 'down') return atRest(memory)
  if (memory.failedBy !== undefined) return afterOurEnd(memory.failedBy.why, memory, moment)
  const verdict = judge(memory.policy, event, memory.failures, moment.random)
  return obey(verdict, memory, moment, event.lastLogLines)
}

/** Whatever it exited with, it was told to. */
function afterOurEnd(why: string, memory: Memory, moment: Moment): Outcome {
  const { policy, failures } = memory
  return obey(judgeFailedStart(policy, why, failures, moment.random), memory, moment, [])
}

/** Nobody of a stuck instance is left: now its end counts as any other, once it is known. */
export function afterSweep(
  { survivors }: EventOf<'swept'>,
  memory: Memory,
  moment: Moment,
): Outcome {
  const { stuckBy, ...rest } = memory
  // Its end is still being looked into: that will be heard of.
  if (survivors.length > 0 || stuckBy === undefined) return {}
  const outcome = followUp(stuckBy, rest, moment)
  return { ...outcome, effects: [{ do: 'disarm', timer: 'killDue' }, ...(outcome.effects ?? [])] }
}

/** A launch that never became a process: tried again where trying can help. */
export function afterFailedStart(
  event: EventOf<'prepareFailed' | 'spawnFailed'>,
  memory: Memory,
  moment: Moment,
): Outcome {
  const { why, hint } = event
  const failed: Effect = {
    do: 'announce',
    type: 'instance.start_failed',
    data: {
      class: event.kind === 'prepareFailed' ? 'preflight' : 'spawn-error',
      why,
      ...(hint === undefined ? {} : { hint }),
    },
  }
  const outcome = followUpFailedStart(event, memory, moment)
  return { ...outcome, effects: [...quiet, failed, ...(outcome.effects ?? [])] }
}

function followUpFailedStart(
  { why, isRetryable }: EventOf<'prepareFailed' | 'spawnFailed'>,
  memory: Memory,
  moment: Moment,
): Outcome {
  const { policy, failures } = memory
  if (memory.wanted === 'down') return atRest(memory)
  if (!isRetryable) return giveUp({ kind: 'give-up', failures, why }, memory, [])
  return obey(judgeFailedStart(policy, why, failures, moment.random), memory, moment, [])
}

function obey(
  verdict: RestartVerdict,
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
  { failures, why }: Extract<RestartVerdict, { kind: 'give-up' }>,
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
  { afterMs, failures, why }: Extract<RestartVerdict, { kind: 'restart' }>,
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

/** SIGKILL had no effect: whoever can be named is, be it the launch itself that no sweep sees. */
export function despair(memory: Memory): Outcome {
  const { survivors = [], pid = memory.guardPid } = memory
  const own = pid === undefined ? [] : [{ pid, state: '?' }]
  return stuckWith(survivors.length > 0 ? survivors : own, memory)
}

function getStuck(event: Exited, memory: Memory): Outcome {
  return stuckWith(event.survivors, { ...memory, stuckBy: event })
}

function stuckWith(survivors: Exited['survivors'], memory: Memory): Outcome {
  return {
    state: 'stuck',
    memory,
    effects: [
      { do: 'announce', type: 'instance.stuck', data: { survivors } },
      { do: 'arm', timer: 'killDue', ms: sweepAgainMs },
    ],
  }
}

function withoutProcess(memory: Memory): Memory {
  const { pid: _, guardPid: __, survivors: ___, spawnedAt: ____, ...rest } = memory
  const { killAt: _____, askedGraceMs: ______, ...kept } = rest
  const { failedBy: _______, isListening: ________, seen: _________, ...others } = kept
  const { isEnded: __________, ...left } = others
  return { ...left, isAgain: false }
}

function announceExit(event: Exited, planned: boolean): Effect {
  const { kind: _, survivors: __, readyForMs: ___, ...data } = event
  return { do: 'announce', type: 'instance.exited', data: { ...data, planned } }
}
