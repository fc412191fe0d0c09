import type { Millis } from '../base/clock.ts'
import type { Effect, EventOf, Memory, Moment, Outcome, Table } from './instance-machine.ts'
import {
  afterExit,
  afterFailedStart,
  afterSweep,
  againWith,
  atRest,
  becomeOnline,
  despair,
  downWith,
  end,
  launch,
  relaunch,
  resurface,
  sweepAgainMs,
  upWith,
} from './instance-moves.ts'
import { noFailures } from './restart-policy.ts'

/** How long a guard may take to start its process. */
const spawnMs = 5_000
/** How long SIGKILL may take before an instance is called stuck. */
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

/** What most states have in common. */
const unmoved = { ...noTimers, ...noBirth, giveUp: condemn, hasten: ignore }

// Every cell is filled: adding a state or an event does not compile until each pair is decided.
export const table: Table = {
  stopped: {
    ...unmoved,
    start: begin,
    stop: wantDown,
    restart: begin,
    prepared: abandon,
    adopt,
    exited: ignore,
  },
  waiting: {
    ...unmoved,
    start: hurry,
    stop: rest,
    restart: wantUp,
    gateOpen: () => ({ state: 'preparing', effects: [{ do: 'prepare' }] }),
    prepared: abandon,
    exited: ignore,
  },
  preparing: {
    ...unmoved,
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
    ...unmoved,
    start: wantUp,
    stop: wantDown,
    restart: wantAgain,
    spawned: ({ guardPid, argv }, memory, { now }) => ({
      state: 'starting',
      memory: { ...memory, guardPid, spawnedAt: now },
      effects: [{ do: 'announce', type: 'instance.spawned', data: { guardPid, argv } }],
    }),
    spawnFailed: afterFailedStart,
    alive: becomeOnline,
    exited: afterExit,
    spawnDue: kill,
  },
  starting: {
    ...unmoved,
    start: wantUp,
    stop: wantDown,
    restart: wantAgain,
    alive: becomeOnline,
    exited: afterExit,
    spawnDue: kill,
  },
  online: {
    ...unmoved,
    start: wantUp,
    stop: (event, memory, moment) => end(downWith(event, memory), moment),
    restart: relaunch,
    exited: afterExit,
    stableDue: settle,
    resetDue: forget,
  },
  stopping: {
    ...unmoved,
    start: wantAgain,
    stop: (event, memory, moment) => hasten(event, downWith(event, memory), moment),
    restart: (event, memory, moment) => hasten(event, againWith(event, memory), moment),
    hasten,
    exited: afterExit,
    killDue: kill,
  },
  killing: {
    ...unmoved,
    start: wantAgain,
    stop: wantDown,
    restart: wantAgain,
    exited: afterExit,
    swept: ({ survivors }, memory) => ({ memory: { ...memory, survivors } }),
    killDue: (_, memory) => despair(memory),
  },
  backoff: {
    ...unmoved,
    start: (event, memory) => (event.isAutomatic ? {} : begin(event, memory)),
    stop: rest,
    restart: (event, memory) => begin(event, { ...memory, restarts: memory.restarts + 1 }),
    exited: ignore,
    backoffDue: (_, memory) => launch({ ...memory, restarts: memory.restarts + 1 }, true),
  },
  errored: {
    ...unmoved,
    start: (event, memory) => (event.isAutomatic ? {} : begin(event, memory)),
    stop: rest,
    restart: (event, memory) => begin(event, { ...memory, restarts: memory.restarts + 1 }),
    prepared: abandon,
    adopt,
    exited: ignore,
  },
  adopting: {
    ...unmoved,
    start: wantUp,
    stop: wantDown,
    restart: wantAgain,
    adopted: resurface,
    exited: afterExit,
  },
  stuck: {
    ...unmoved,
    start: wantAgain,
    stop: (event, memory) => ({ ...wantDown(event, memory), effects: [{ do: 'kill' }] }),
    restart: (event, memory) => ({ ...wantAgain(event, memory), effects: [{ do: 'kill' }] }),
    exited: afterExit,
    swept: afterSweep,
    killDue: () => ({
      effects: [{ do: 'sweep' }, { do: 'arm', timer: 'killDue', ms: sweepAgainMs }],
    }),
  },
}

function ignore(): Outcome {
  return {}
}

function abandon(): Outcome {
  return { effects: [{ do: 'abandon' }] }
}

function wantUp(_: unknown, memory: Memory): Outcome {
  return { memory: upWith(memory) }
}

/** Somebody asked for what waits among the automatic starts: it waits for its turn no longer. */
function hurry({ isAutomatic }: EventOf<'start'>, memory: Memory): Outcome {
  const wanted: Outcome = { memory: upWith(memory) }
  return isAutomatic ? wanted : { ...wanted, effects: [{ do: 'askGate', isAutomatic: false }] }
}

/** What somebody stopped is not the group's to give up. */
function condemn({ why }: EventOf<'giveUp'>, memory: Memory): Outcome {
  return memory.wanted === 'down' ? {} : { memory: { ...memory, givenUp: why } }
}

function wantDown(event: EventOf<'stop'>, memory: Memory): Outcome {
  return { memory: downWith(event, memory) }
}

function wantAgain(event: EventOf<'start' | 'restart'>, memory: Memory): Outcome {
  return { memory: againWith(event, memory) }
}

/** Whoever is in more of a hurry than those who asked before gets their way. */
function hasten(
  { graceMs }: { readonly graceMs?: Millis },
  memory: Memory,
  { now }: Moment,
): Outcome {
  const ms = graceMs ?? memory.graceMs
  const killAt = now + ms
  if (killAt >= (memory.killAt ?? now)) return { memory }
  return { memory: { ...memory, killAt }, effects: [{ do: 'arm', timer: 'killDue', ms }] }
}

/** A start that a person or a program asked for forgets earlier failures; one at boot does not. */
function begin(event: EventOf<'start' | 'restart'>, memory: Memory): Outcome {
  const isAutomatic = event.kind === 'start' && event.isAutomatic
  const failures = isAutomatic ? memory.failures : noFailures
  const outcome = launch({ ...upWith(memory), failures }, isAutomatic)
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
