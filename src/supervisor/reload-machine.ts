import type { Millis } from '../base/clock.ts'
import { table } from './reload-table.ts'

/**
 * One reload of one service, as data (SUPERVISION §6). One slot at a time:
 *
 *     starting ─ready─▶ proving ─proven─▶ retiring ─gone─▶ starting (next slot) ─ … ─▶ over: completed
 *        │                 │                 │
 *        └──── failed ─────┴─▶ discarding    │  a copy that was replaced already fails, or somebody halts it
 *                                  │         ▼
 *                                  │      retiring back ─ … the same steps with the old revision
 *                                  └─gone─▶ over: rolled back · halted
 *
 * The old copy of a slot is not touched until its successor has proven itself. Only the first successor is
 * watched for a while after it is ready: what it survives, the others are taken to survive.
 */
export type ReloadEvent =
  | { readonly kind: 'begin' }
  /** The successor of the current slot is ready. */
  | { readonly kind: 'ready' }
  /** The successor ended, could not be started, or was not ready in time. */
  | { readonly kind: 'failed'; readonly why: string }
  /** The first successor has lived long enough to be given work. */
  | { readonly kind: 'half-proven' }
  /** The first successor has lived long enough. */
  | { readonly kind: 'proven' }
  /** Whoever was retired or discarded is gone; so many of its requests were cut off. */
  | { readonly kind: 'gone'; readonly forced: number }
  /** A copy that was replaced already failed by itself. */
  | { readonly kind: 'relapsed'; readonly slot: number; readonly why: string }
  /** Somebody wants something else of the service. */
  | { readonly kind: 'halt'; readonly why: string }

/**
 * Where the reload of one service is; `over` is final, and `discarding` ends the new copy that has not proven
 * itself.
 */
export type ReloadPhase = 'idle' | 'starting' | 'proving' | 'retiring' | 'discarding' | 'over'

/** What a reload remembers; it stands on disk, so that the next manager can finish it. */
export interface ReloadMemory {
  /** Slots still to be replaced; the first is the current one. */
  readonly pending: readonly number[]
  /** Slots that were replaced, in this order. */
  readonly replaced: readonly number[]
  /** `back`: slots that were replaced are given their old revision again. */
  readonly direction: 'forward' | 'back'
  /** Requests that were cut off so far. */
  readonly forced: number
  /** How long the first successor is watched. */
  readonly proveMs: Millis
  /** Whether the old revision differs from the new one: otherwise going back would change nothing. */
  readonly canGoBack: boolean
  /** Why it does not simply complete. */
  readonly why?: string
  readonly isHalted?: boolean
}

/** How a reload ended. */
export type ReloadOutcome =
  | { readonly kind: 'completed'; readonly replaced: number; readonly forced: number }
  /** `left`: slots that run the new revision although it failed, because there is no way back. */
  | { readonly kind: 'rolled-back'; readonly why: string; readonly left: readonly number[] }
  | { readonly kind: 'halted'; readonly why: string; readonly replaced: number }

/** What the caller must do, in order. */
export type ReloadEffect =
  /** Start a copy of the slot beside the one that runs. */
  | { readonly do: 'begin'; readonly slot: number; readonly revision: 'new' | 'old' }
  | { readonly do: 'prove'; readonly ms: Millis }
  | { readonly do: 'stopProving' }
  /** The successor gets its share of the work, and has yet to bear that. */
  | { readonly do: 'trust'; readonly slot: number }
  /** The successor is the slot's own from now on; the old copy is drained and stopped. */
  | { readonly do: 'promote'; readonly slot: number }
  /** End the successor; the old copy stays. */
  | { readonly do: 'discard'; readonly slot: number }
  | {
      readonly do: 'step'
      readonly slot: number
      readonly replaced: number
      readonly total: number
    }
  | { readonly do: 'finish'; readonly outcome: ReloadOutcome }

/** Where a reload is after an event, and what is to be done, in this order. */
export interface ReloadStep {
  readonly phase: ReloadPhase
  readonly memory: ReloadMemory
  readonly effects: readonly ReloadEffect[]
}

/** What a cell of the table says; what it leaves out stays as it was. */
export type ReloadMove = Partial<ReloadStep>
/** What one event means in one phase: decided without doing, looking or waiting. */
export type ReloadCell<E> = (event: E, memory: ReloadMemory) => ReloadMove
type EventOf<K extends ReloadEvent['kind']> = Extract<ReloadEvent, { readonly kind: K }>
/** Total by its type: each phase answers to each event. */
export type ReloadTable = {
  readonly [P in ReloadPhase]: {
    readonly [K in ReloadEvent['kind']]: ReloadCell<EventOf<K>>
  }
}

/** What a new reload starts from. */
export function newReload(
  slots: readonly number[],
  options: Pick<ReloadMemory, 'proveMs' | 'canGoBack'>,
): ReloadMemory {
  return { pending: slots, replaced: [], direction: 'forward', forced: 0, ...options }
}

/** Whether a slot runs the new revision, as far as a reload has come. */
export function runsNew(phase: ReloadPhase, memory: ReloadMemory, slot: number): boolean {
  const { direction, pending, replaced } = memory
  const isPromoted = phase === 'retiring' && slot === pending[0]
  if (direction === 'forward') return isPromoted || replaced.includes(slot)
  return pending.includes(slot) && !isPromoted
}

/** Takes one event through the table. */
export function stepReload(
  phase: ReloadPhase,
  event: ReloadEvent,
  memory: ReloadMemory,
): ReloadStep {
  // The table is checked cell by cell; the lookup loses the pairing, so it is restored here.
  const cell = table[phase][event.kind] as ReloadCell<ReloadEvent>
  return { phase, memory, effects: [], ...cell(event, memory) }
}
