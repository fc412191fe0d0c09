import type { Millis } from '../base/clock.ts'
import type { Exit } from '../base/exit.ts'
import type { EventData } from '../protocol/events.ts'
import type { ExitClass, InstanceState } from '../protocol/views.ts'
import { table } from './instance-table.ts'
import type { Failures, RestartPolicy } from './restart-policy.ts'

/**
 * The life of one instance, as data (SUPERVISION §4):
 *
 *     stopped ─start─▶ waiting ─gateOpen─▶ preparing ─prepared─▶ spawning ─spawned─▶ starting
 *        ▲               ▲  ▲                  │                    │                   │ alive
 *        │               │  └───backoffDue── backoff ◀──────────────┴───────────────────▼
 *        │            restart                  ▲   └─(too many)─▶ errored             online
 *        │               │                     └──────────exited───────────────────────┤
 *        └──exited── stopping ◀─stop, restart───────────────────────────────────────────┘
 *                        └─killDue─▶ killing ─(survivors)─▶ stuck
 *
 * Where readiness is asked for, `starting` lasts until the service says so, or `listenDue` ends it; one that is
 * replaced goes from `online` through `draining` to its end.
 *
 * Nothing here touches a process, a timer or the bus: {@link step} says what should
 * happen, the instance actor makes it happen. An exit is reported only once nothing of the
 * launch is left alive, so no row of the table can start a second process beside a living one.
 */
export type Event =
  | { readonly kind: 'start'; readonly isAutomatic: boolean }
  | {
      readonly kind: 'stop'
      readonly graceMs?: Millis
      /** It is not merely stopped, but given up, for this reason: nothing starts it but a command. */
      readonly givenUp?: string
    }
  | { readonly kind: 'restart'; readonly graceMs?: Millis; readonly why: string }
  /** Whoever waits for its end gives it no more time than this. */
  | { readonly kind: 'hasten'; readonly graceMs: Millis }
  /** Its group gave it up. It is told to stop in its turn; a manager that comes before that knows it from here. */
  | { readonly kind: 'giveUp'; readonly why: string }
  /** It waits for another service. */
  | { readonly kind: 'blocked'; readonly why: string; readonly isComing: boolean }
  | { readonly kind: 'gateOpen' }
  | { readonly kind: 'prepared' }
  | {
      readonly kind: 'prepareFailed'
      readonly why: string
      readonly hint?: string
      readonly isRetryable: boolean
    }
  | { readonly kind: 'spawned'; readonly guardPid: number; readonly argv: readonly string[] }
  | {
      readonly kind: 'spawnFailed'
      readonly why: string
      readonly hint?: string
      readonly isRetryable: boolean
    }
  | { readonly kind: 'alive'; readonly pid: number }
  /** The service said so, or began to listen. */
  | { readonly kind: 'ready'; readonly via: ReadyVia }
  /** A probe found it unwell. */
  | { readonly kind: 'ill'; readonly why: string }
  /** Another copy has taken its place: it finishes what it has, then ends. */
  | { readonly kind: 'retire' }
  /** It has finished, and had to cut off so many connections. */
  | { readonly kind: 'drained'; readonly forced: number }
  /** Earlier failures and restarts are forgotten. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'adopt' }
  | {
      readonly kind: 'adopted'
      readonly pid: number
      readonly gapMs: Millis
      /** Undefined: it was never ready. */
      readonly readyForMs: Millis | undefined
    }
  /** The main process is gone; what is declared for after its end comes before the end is told. */
  | { readonly kind: 'ended' }
  /** What is declared for once it is ready has been done. */
  | { readonly kind: 'greeted' }
  | Exited
  /** What a repeated sweep of a stuck instance left. */
  | { readonly kind: 'swept'; readonly survivors: Exited['survivors'] }
  | { readonly kind: 'spawnDue' }
  | { readonly kind: 'stableDue' }
  | { readonly kind: 'resetDue' }
  | { readonly kind: 'killDue' }
  | { readonly kind: 'backoffDue' }
  | { readonly kind: 'listenDue' }

/** How a service shows that it is ready for work. */
export type ReadyVia = 'message' | 'listening' | 'probe'

/** The main process is gone, and so is everything it left behind, but for `survivors`. */
export interface Exited {
  readonly kind: 'exited'
  readonly exit: Exit
  readonly class: ExitClass
  readonly pid?: number
  /** Wall time, ms since 1970. */
  readonly exitedAt: number
  readonly uptimeMs: Millis
  readonly readyForMs: Millis | undefined
  readonly observedLate: boolean
  readonly lastLogLines: readonly string[]
  readonly note?: string
  readonly survivors: readonly { readonly pid: number; readonly state: string }[]
}

/** The timers of an instance, by what they mean when they fire; of each at most one is armed. */
export type Timer = 'spawnDue' | 'stableDue' | 'resetDue' | 'killDue' | 'backoffDue' | 'listenDue'

/** What the caller must do, in order. */
export type Effect =
  | { readonly do: 'askGate'; readonly isAutomatic: boolean }
  | { readonly do: 'prepare' }
  | { readonly do: 'abandon' }
  | { readonly do: 'spawn' }
  | { readonly do: 'adopt' }
  | { readonly do: 'signal'; readonly signal: NodeJS.Signals }
  /** Tells it to finish its work; where it cannot be told, the signal must do. */
  | { readonly do: 'drain'; readonly deadlineMs: Millis; readonly signal: NodeJS.Signals }
  /** Tells it `shutdown`; where it cannot be told, the signal must do. */
  | { readonly do: 'shutdown'; readonly signal: NodeJS.Signals }
  | { readonly do: 'kill' }
  | { readonly do: 'sweep' }
  | { readonly do: 'arm'; readonly timer: Timer; readonly ms: Millis }
  | { readonly do: 'disarm'; readonly timer: Timer }
  | Announcement

/** An event of the instance's life to be published; the caller adds whom it is about. */
export type Announcement = {
  readonly [T in InstanceEventType]: {
    readonly do: 'announce'
    readonly type: T
    readonly data: EventData[T]
  }
}[InstanceEventType]

type InstanceEventType = Extract<keyof EventData, `instance.${string}`>

/** What the machine remembers beside its state. */
export interface Memory {
  readonly policy: RestartPolicy
  readonly stopSignal: NodeJS.Signals
  readonly graceMs: Millis
  /** How long the command that comes before its end may take. */
  readonly preStopMs: Millis
  /** What makes it online; `alive`: that its process exists. */
  readonly awaits: ReadyVia | 'alive'
  /** How long that may take. */
  readonly listenMs: Millis
  /** How long it may finish its work once another has taken its place. */
  readonly drainMs: Millis
  /** Its end is asked for with a message. */
  readonly endsByMessage: boolean
  readonly failures: Failures
  /** What PM2 calls `restart_time`: commanded and automatic restarts. */
  readonly restarts: number
  readonly wanted: 'up' | 'down'
  /** How long whoever asked for its end lets it live; undefined: as declared. */
  readonly askedGraceMs?: Millis
  /** Why its group gave it up, until somebody wants it again. */
  readonly givenUp?: string
  /** Monotonic time at which what is being stopped will be killed. */
  readonly killAt?: Millis
  /** Start again once the process that is being stopped has gone. */
  readonly isAgain: boolean
  /** Its process is gone, and its end not yet told. */
  readonly isEnded?: true
  /** Another copy has its place. */
  readonly isRetired?: true
  /** It listens for connections, or did. */
  readonly isListening?: true
  /** Connections that it cut off at its end. */
  readonly forced?: number
  /** What the last probe saw while it was awaited. */
  readonly seen?: string
  /** It is being ended by us although nobody asked for that. */
  readonly failedBy?: { readonly class: 'ready-timeout' | 'liveness'; readonly why: string }
  /** It ended as it should and is not to be started again by itself. */
  readonly isDone: boolean
  readonly pid?: number
  /** What the sweep after SIGKILL left. */
  readonly survivors?: Exited['survivors']
  readonly guardPid?: number
  /** Monotonic time of the spawn. */
  readonly spawnedAt?: Millis
  /** The end that left survivors: judged once they are gone. */
  readonly stuckBy?: Exited
  /** How this state came about, for people. */
  readonly why: string
  /** Wall time at which a backoff ends. */
  readonly dueAt?: number
}

/** The moment of an event, on both clocks, and the chance it may use. */
export interface Moment {
  readonly now: Millis
  readonly wall: number
  readonly random: () => number
}

/** Where an instance is after an event, and what is to be done, in this order. */
export interface Step {
  readonly state: InstanceState
  readonly memory: Memory
  readonly effects: readonly Effect[]
}

/** What a cell of the table says; what it leaves out stays as it was. */
export type Outcome = Partial<Step>
/** What one event means in one state: decided without doing, looking or waiting. */
export type Cell<E> = (event: E, memory: Memory, moment: Moment) => Outcome
/** The events of one kind. */
export type EventOf<K extends Event['kind']> = Extract<Event, { readonly kind: K }>
/** A state's answer to every event. */
export type Row = { readonly [K in Event['kind']]: Cell<EventOf<K>> }
/** Total by its type: each state answers to each event. */
export type Table = { readonly [S in InstanceState]: Row }

/** Takes one event through the table. */
export function step(state: InstanceState, event: Event, memory: Memory, moment: Moment): Step {
  // The table is checked cell by cell; the lookup loses the pairing, so it is restored here.
  const cell = table[state][event.kind] as Cell<Event>
  return { state, memory, effects: [], ...cell(event, memory, moment) }
}
