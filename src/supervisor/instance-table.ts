import type { Memory, Outcome, Table } from './instance-machine.ts'
import {
  afterExit,
  afterFailedStart,
  afterSweep,
  againWith,
  atRest,
  despair,
  downWith,
  end,
  launch,
  relaunch,
  retired,
  sweepAgainMs,
  windUp,
} from './instance-moves.ts'
import {
  becomeOnline,
  beLate,
  drain,
  fallIll,
  forget,
  goOnline,
  heard,
  isEnough,
  resurface,
  countAsStable,
} from './instance-readiness.ts'
import {
  begin,
  condemn,
  forgive,
  hasten,
  hurry,
  rest,
  retireLater,
  wantAgain,
  wantDown,
  wantUp,
  withFirst,
} from './instance-wishes.ts'

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
  listenDue: ignore,
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
  ready: ignore,
  blocked: ignore,
  ill: ignore,
}

/** What most states have in common. */
const unmoved = {
  ...noTimers,
  ...noBirth,
  giveUp: condemn,
  hasten: ignore,
  drained: ignore,
  ended: ignore,
  greeted: ignore,
  reset: forgive,
}

/** Every cell is filled: adding a state or an event does not compile until each pair is decided. */
export const table: Table = {
  stopped: {
    ...unmoved,
    start: begin,
    stop: wantDown,
    retire: retireLater,
    restart: begin,
    prepared: abandon,
    adopt,
    exited: ignore,
  },
  waiting: {
    ...unmoved,
    start: hurry,
    stop: rest,
    retire: (_, memory) => rest({ kind: 'stop' }, memory),
    restart: hurry,
    blocked: ({ why }, memory) => ({
      memory: { ...memory, why },
      effects: [{ do: 'announce', type: 'instance.waiting', data: { why } }],
    }),
    gateOpen: () => ({ state: 'preparing', effects: [{ do: 'prepare' }] }),
    prepared: abandon,
    exited: ignore,
  },
  preparing: {
    ...unmoved,
    start: wantUp,
    stop: wantDown,
    retire: retireLater,
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
    retire: retireLater,
    restart: wantAgain,
    spawned: ({ guardPid, argv }, memory, { now }) => ({
      state: 'starting',
      memory: { ...memory, guardPid, spawnedAt: now },
      effects: [{ do: 'announce', type: 'instance.spawned', data: { guardPid, argv } }],
    }),
    spawnFailed: afterFailedStart,
    alive: becomeOnline,
    ended: windUp,
    exited: afterExit,
    spawnDue: kill,
  },
  starting: {
    ...unmoved,
    start: wantUp,
    // Without a pid it is not known yet whom to tell.
    stop: (event, memory, moment) =>
      memory.pid === undefined ? wantDown(event, memory) : end(downWith(event, memory), moment),
    retire: (_, memory, moment) =>
      memory.pid === undefined ? retireLater(_, memory) : end(retired(memory), moment),
    restart: (event, memory, moment) =>
      memory.pid === undefined ? wantAgain(event, memory) : relaunch(event, memory, moment),
    alive: becomeOnline,
    ready: ({ via }, memory, moment) =>
      isEnough(via, memory) && memory.pid !== undefined
        ? goOnline(heard(via, memory), moment)
        : { memory: heard(via, memory) },
    ended: windUp,
    exited: afterExit,
    spawnDue: kill,
    listenDue: beLate,
    ill: ({ why }, memory) => ({ memory: { ...memory, seen: why } }),
  },
  online: {
    ...unmoved,
    start: wantUp,
    stop: (event, memory, moment) => end(downWith(event, memory), moment),
    retire: (_, memory) => drain(memory),
    ill: fallIll,
    restart: relaunch,
    ready: ({ via }, memory) => ({ memory: heard(via, memory) }),
    ended: windUp,
    exited: afterExit,
    stableDue: countAsStable,
    resetDue: forget,
  },
  draining: {
    ...unmoved,
    start: wantAgain,
    restart: wantAgain,
    retire: ignore,
    stop: (event, memory, moment) => end(downWith(event, memory), moment),
    hasten: ({ graceMs }, memory, moment) => end({ ...memory, askedGraceMs: graceMs }, moment),
    drained: ({ forced }, memory) => ({ memory: { ...memory, forced } }),
    ended: windUp,
    exited: afterExit,
    killDue: (_, memory, moment) => end(memory, moment),
  },
  stopping: {
    ...unmoved,
    start: wantAgain,
    retire: retireLater,
    drained: ({ forced }, memory) => ({ memory: { ...memory, forced } }),
    stop: (event, memory, moment) => hasten(event, downWith(event, memory), moment),
    restart: (event, memory, moment) => hasten(event, againWith(event, memory), moment),
    hasten,
    ended: windUp,
    exited: afterExit,
    killDue: (_, memory) => (memory.isEnded === true ? {} : kill(_, memory)),
  },
  killing: {
    ...unmoved,
    start: wantAgain,
    stop: wantDown,
    retire: retireLater,
    restart: wantAgain,
    ended: windUp,
    exited: afterExit,
    swept: ({ survivors }, memory) => ({ memory: { ...memory, survivors } }),
    killDue: (_, memory) => despair(memory),
  },
  backoff: {
    ...unmoved,
    start: (event, memory) => (event.isAutomatic ? {} : begin(event, memory)),
    stop: rest,
    retire: (_, memory) => rest({ kind: 'stop' }, memory),
    restart: (event, memory) => begin(event, { ...memory, restarts: memory.restarts + 1 }),
    exited: ignore,
    backoffDue: (_, memory) => launch({ ...memory, restarts: memory.restarts + 1 }, true),
  },
  errored: {
    ...unmoved,
    start: (event, memory) => (event.isAutomatic ? {} : begin(event, memory)),
    stop: rest,
    retire: (_, memory) => rest({ kind: 'stop' }, memory),
    restart: (event, memory) => begin(event, { ...memory, restarts: memory.restarts + 1 }),
    prepared: abandon,
    adopt,
    exited: ignore,
  },
  adopting: {
    ...unmoved,
    start: wantUp,
    stop: wantDown,
    retire: retireLater,
    restart: wantAgain,
    ready: ({ via }, memory) => ({ memory: heard(via, memory) }),
    adopted: resurface,
    ended: windUp,
    exited: afterExit,
    spawnDue: kill,
  },
  stuck: {
    ...unmoved,
    start: wantAgain,
    retire: retireLater,
    stop: (event, memory) => ({ ...wantDown(event, memory), effects: [{ do: 'kill' }] }),
    restart: (event, memory) => ({ ...wantAgain(event, memory), effects: [{ do: 'kill' }] }),
    ended: windUp,
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

function adopt(): Outcome {
  const effects = [{ do: 'adopt' }, { do: 'arm', timer: 'spawnDue', ms: spawnMs }] as const
  return { state: 'adopting', effects }
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
