import type { Effect, EventOf, Memory, Moment, Outcome, Table } from './instance-machine.ts'
import {
  afterExit,
  afterFailedStart,
  afterSweep,
  againWith,
  atRest,
  becomeOnline,
  downWith,
  end,
  launch,
  relaunch,
  resurface,
} from './instance-moves.ts'
import { noFailures } from './restart-policy.ts'

/** How long a guard may take to start its process. */
const spawnMs = 5_000
/** How long SIGKILL may take before an instance is called stuck, and the pause between sweeps after that. */
const killMs = 5_000

const noTimers = {
  spawnDue: ignore,
  stableDue: ignore,
  resetDue: ignore,
  killDue: ignore,
  backoffDue: ignore,
}

/** The steps of becoming a process, for states in which none is under way. */
const noBirth = {
  gateOpen: ignore,
  prepared: ignore,
  prepareFailed: ignore,
  spawned: ignore,
  spawnFailed: ignore,
  alive: ignore,
  adopt: ignore,
  adopted: ignore,
  swept: ignore,
}

// Every cell is filled: adding a state or an event does not compile until each pair is decided.
export const table: Table = {
  stopped: {
    ...noTimers,
    ...noBirth,
    start: begin,
    stop: wantDown,
    restart: begin,
    prepared: abandon,
    adopt,
    exited: ignore,
  },
  waiting: {
    ...noTimers,
    ...noBirth,
    start: hurry,
    stop: rest,
    restart: wantUp,
    gateOpen: () => ({ state: 'preparing', effects: [{ do: 'prepare' }] }),
    prepared: abandon,
    exited: ignore,
  },
  preparing: {
    ...noTimers,
    ...noBirth,
    start: wantUp,
    stop: wantDown,
    restart: wantUp,
    prepared: (_, memory) =>
      memory.wanted === 'down'
        ? withFirst({ do: 'abandon' }, atRest(memory))
        : {
            state: 'spawning',
            effects: [{ do: 'spawn' }, { do: 'arm', timer: 'spawnDue', ms: spawnMs }],
          },
    prepareFailed: afterFailedStart,
    exited: ignore,
  },
  spawning: {
    ...noTimers,
    ...noBirth,
    start: wantUp,
    stop: wantDown,
    restart: wantAgain,
    spawned: ({ guardPid, argv }, memory, { now }) => ({
      state: 'starting',
      memory: { ...memory, spawnedAt: now },
      effects: [{ do: 'announce', type: 'instance.spawned', data: { guardPid, argv } }],
    }),
    spawnFailed: afterFailedStart,
    alive: becomeOnline,
    exited: afterExit,
    spawnDue: kill,
  },
  starting: {
    ...noTimers,
    ...noBirth,
    start: wantUp,
    stop: wantDown,
    restart: wantAgain,
    alive: becomeOnline,
    exited: afterExit,
    spawnDue: kill,
  },
  online: {
    ...noTimers,
    ...noBirth,
    start: wantUp,
    stop: (event, memory, moment) => end(downWith(event, memory), moment),
    restart: relaunch,
    exited: afterExit,
    stableDue: settle,
    resetDue: forget,
  },
  stopping: {
    ...noTimers,
    ...noBirth,
    start: wantAgain,
    stop: (event, memory, moment) => hasten(event, downWith(event, memory), moment),
    restart: (event, memory, moment) => hasten(event, againWith(event, memory), moment),
    exited: afterExit,
    killDue: kill,
  },
  killing: {
    ...noTimers,
    ...noBirth,
    start: wantAgain,
    stop: wantDown,
    restart: wantAgain,
    exited: afterExit,
    killDue: (_, { pid }) => ({
      state: 'stuck',
      effects: [
        {
          do: 'announce',
          type: 'instance.stuck',
          data: { survivors: pid === undefined ? [] : [{ pid, state: '?' }] },
        },
        { do: 'arm', timer: 'killDue', ms: killMs },
      ],
    }),
  },
  backoff: {
    ...noTimers,
    ...noBirth,
    start: (event, memory) => (event.isAutomatic ? {} : begin(event, memory)),
    stop: rest,
    restart: (event, memory) => begin(event, { ...memory, restarts: memory.restarts + 1 }),
    exited: ignore,
    backoffDue: (_, memory) => launch({ ...memory, restarts: memory.restarts + 1 }, true),
  },
  errored: {
    ...noTimers,
    ...noBirth,
    start: (event, memory) => (event.isAutomatic ? {} : begin(event, memory)),
    stop: rest,
    restart: (event, memory) => begin(event, { ...memory, restarts: memory.restarts + 1 }),
    prepared: abandon,
    adopt,
    exited: ignore,
  },
  adopting: {
    ...noTimers,
    ...noBirth,
    start: wantUp,
    stop: wantDown,
    restart: wantAgain,
    adopted: resurface,
    exited: afterExit,
  },
  stuck: {
    ...noTimers,
    ...noBirth,
    start: wantAgain,
    stop: (event, memory) => ({ ...wantDown(event, memory), effects: [{ do: 'kill' }] }),
    restart: (event, memory) => ({ ...wantAgain(event, memory), effects: [{ do: 'kill' }] }),
    exited: afterExit,
    swept: afterSweep,
    killDue: () => ({ effects: [{ do: 'sweep' }, { do: 'arm', timer: 'killDue', ms: killMs }] }),
  },
}

function ignore(): Outcome {
  return {}
}

function abandon(): Outcome {
  return { effects: [{ do: 'abandon' }] }
}

function wantUp(_: unknown, memory: Memory): Outcome {
  return { memory: { ...memory, wanted: 'up' } }
}

/** Somebody asked for what waits among the automatic starts: it waits for its turn no longer. */
function hurry({ isAutomatic }: EventOf<'start'>, memory: Memory): Outcome {
  const wanted: Outcome = { memory: { ...memory, wanted: 'up' } }
  return isAutomatic ? wanted : { ...wanted, effects: [{ do: 'askGate', isAutomatic: false }] }
}

function wantDown(event: EventOf<'stop'>, memory: Memory): Outcome {
  return { memory: downWith(event, memory) }
}

function wantAgain(event: EventOf<'start' | 'restart'>, memory: Memory): Outcome {
  return { memory: againWith(event, memory) }
}

/** Whoever is in more of a hurry than those who asked before gets their way. */
function hasten(
  { graceMs }: EventOf<'stop' | 'restart'>,
  memory: Memory,
  { now }: Moment,
): Outcome {
  const isSooner = graceMs !== undefined && now + graceMs < (memory.killAt ?? now)
  if (!isSooner) return { memory }
  const effects = [{ do: 'arm', timer: 'killDue', ms: graceMs }] as const
  return { memory: { ...memory, killAt: now + graceMs }, effects }
}

/** A start that a person or a program asked for forgets earlier failures; one at boot does not. */
function begin(event: EventOf<'start' | 'restart'>, memory: Memory): Outcome {
  const isAutomatic = event.kind === 'start' && event.isAutomatic
  const failures = isAutomatic ? memory.failures : noFailures
  const outcome = launch({ ...memory, failures, wanted: 'up' }, isAutomatic)
  return {
    ...outcome,
    effects: [
      { do: 'disarm', timer: 'backoffDue' },
      { do: 'announce', type: 'instance.requested', data: { restart: event.kind === 'restart' } },
      ...(outcome.effects ?? []),
    ],
  }
}

function adopt(): Outcome {
  return { state: 'adopting', effects: [{ do: 'adopt' }] }
}

function rest(event: EventOf<'stop'>, memory: Memory): Outcome {
  return withFirst({ do: 'disarm', timer: 'backoffDue' }, atRest(downWith(event, memory)))
}

function withFirst(effect: Effect, outcome: Outcome): Outcome {
  return { ...outcome, effects: [effect, ...(outcome.effects ?? [])] }
}

function kill(_: unknown, memory: Memory): Outcome {
  const data = memory.pid === undefined ? {} : { pid: memory.pid }
  return {
    state: 'killing',
    effects: [
      { do: 'announce', type: 'instance.killing', data },
      { do: 'kill' },
      { do: 'arm', timer: 'killDue', ms: killMs },
    ],
  }
}

function settle(_: unknown, memory: Memory): Outcome {
  const { minUptimeMs, resetAfterMs } = memory.policy
  return {
    memory: { ...memory, failures: { ...memory.failures, unstable: 0 } },
    effects: [
      { do: 'announce', type: 'instance.stable', data: { uptimeMs: minUptimeMs } },
      { do: 'arm', timer: 'resetDue', ms: Math.max(0, resetAfterMs - minUptimeMs) },
    ],
  }
}

function forget(_: unknown, memory: Memory): Outcome {
  if (memory.failures.attempts === 0) return {}
  const data = { uptimeMs: memory.policy.resetAfterMs }
  return {
    memory: { ...memory, failures: noFailures },
    effects: [{ do: 'announce', type: 'instance.backoff_reset', data }],
  }
}
