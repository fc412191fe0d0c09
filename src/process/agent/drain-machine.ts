/**
 * How a service finishes its work (SUPERVISION §6), as data:
 *
 *     serving ─drain─▶ closing ─bye─▶ settling ─empty─▶ lingering ─lingered─▶ gone
 *                         └───────────────┴──deadline──────▶┘
 *
 * In `closing` a connection may still be on its way from the primary; `bye` says that there is none. A service that
 * accepts by itself, or has no primary, hears its `bye` at once.
 */
export type DrainPhase = 'serving' | 'closing' | 'settling' | 'lingering' | 'gone'

/** What can happen to a service that drains. `empty`: no connection is open. */
export type DrainEvent = 'drain' | 'bye' | 'empty' | 'idle' | 'deadline' | 'lingered'

/** What has to be done, in order. */
export type DrainEffect =
  /** Every answer from now on closes its connection. */
  | 'lastAnswers'
  | 'closeListeners'
  | 'tellService'
  | 'sayDraining'
  /** Tells the primary that nothing new will be taken; its answer is the bye. */
  | 'askForBye'
  | 'watchTime'
  | 'closeIdle'
  | 'sayDrained'
  | 'linger'
  | 'leave'

/** Where a step leads. */
export interface DrainStep {
  readonly phase: DrainPhase
  readonly effects: readonly DrainEffect[]
}

const stay = (phase: DrainPhase, ...effects: readonly DrainEffect[]): DrainStep => ({
  phase,
  effects,
})
const begin: readonly DrainEffect[] = [
  'lastAnswers',
  'closeListeners',
  'tellService',
  'sayDraining',
  'watchTime',
  'askForBye',
]
const finish: DrainStep = { phase: 'lingering', effects: ['sayDrained', 'linger'] }

/** Every phase meets every event. */
export const drainTable: {
  readonly [P in DrainPhase]: { readonly [E in DrainEvent]: DrainStep }
} = {
  serving: {
    drain: { phase: 'closing', effects: begin },
    bye: stay('serving'),
    empty: stay('serving'),
    idle: stay('serving'),
    deadline: stay('serving'),
    lingered: stay('serving'),
  },
  closing: {
    drain: stay('closing'),
    bye: stay('settling'),
    // A connection that was handed over before the bye would be cut off.
    empty: stay('closing'),
    idle: stay('closing', 'closeIdle'),
    deadline: finish,
    lingered: stay('closing'),
  },
  settling: {
    drain: stay('settling'),
    bye: stay('settling'),
    empty: finish,
    idle: stay('settling', 'closeIdle'),
    deadline: finish,
    lingered: stay('settling'),
  },
  lingering: {
    drain: stay('lingering'),
    bye: stay('lingering'),
    empty: stay('lingering'),
    idle: stay('lingering'),
    deadline: stay('lingering'),
    lingered: { phase: 'gone', effects: ['leave'] },
  },
  gone: {
    drain: stay('gone'),
    bye: stay('gone'),
    empty: stay('gone'),
    idle: stay('gone'),
    deadline: stay('gone'),
    lingered: stay('gone'),
  },
}
