import type { ExitRecord, InstanceState, JobRun } from '../protocol/views.ts'
import type { ReloadMemory, ReloadOutcome, ReloadPhase } from './reload-machine.ts'
import { type Failures, noFailures } from './restart-policy.ts'
import { firstSeat, otherSeat, type Seat } from './seat.ts'

/**
 * What is remembered of a slot across the deaths of managers, so that a crash loop gets no
 * fresh budget and no launch number is used twice. Times are wall time, ms since 1970.
 */
export interface SlotLedger {
  /** The number of the last launch. */
  readonly incarnation: number
  /** The last launch whose end is in {@link ServiceLedger.exits}. */
  readonly lastExited: number
  readonly restarts: number
  readonly failures: Failures
  readonly state: InstanceState
  /** It ended as it should: a later manager does not start it again. */
  readonly isDone: boolean
  /** It was being ended in order to be started again: whoever comes next carries that out. */
  readonly isAgain?: true
  /** Why its group gave it up: until somebody asks, whoever comes next ends it and does not start it. */
  readonly givenUp?: string
  readonly why: string
  /** Of the process that runs, or ran last. */
  readonly pid?: number
  /** It listens for connections, or did. */
  readonly isListening?: true
  readonly launchedAt?: number
  readonly onlineAt?: number
  readonly dueAt?: number
}

/** What outlives the manager of a service's past: launches, failures, backoff, the reload under way. */
export interface ServiceLedger {
  /** By seat. */
  readonly slots: Readonly<Record<Seat, SlotLedger>>
  /** The seat of each slot that has another than its first. */
  readonly seats?: Readonly<Record<string, Seat>>
  /** A reload that is under way: whoever comes next finishes it, or takes it back. */
  readonly reload?: ReloadRecord
  /** Of a job: its last runs, newest first. */
  readonly runs?: readonly JobRun[]
  /** Of a job: the last of its times that was dealt with, ms since 1970. */
  readonly lastDueAt?: number
  /** Newest last, at most {@link keptExits}. */
  readonly exits: readonly ExitRecord[]
}

/** How many exits of a service are remembered; the oldest is forgotten first. */
export const keptExits = 100

/** The past of a service that has none. */
export const emptyLedger: ServiceLedger = { slots: {}, exits: [] }

/** The past of a seat that was never taken. */
export const emptySlot: SlotLedger = {
  incarnation: 0,
  lastExited: 0,
  restarts: 0,
  failures: noFailures,
  state: 'stopped',
  isDone: false,
  why: 'never started',
}

/** What stands on disk of a reload. */
export interface ReloadRecord {
  readonly id: string
  readonly phase: ReloadPhase
  readonly memory: ReloadMemory
  /** ms since 1970. */
  readonly startedAt: number
  /** The declaration changed as well. */
  readonly isRedeclared: boolean
  /** How it ended, once it has. */
  readonly outcome?: ReloadOutcome
  readonly by?: string
  readonly cause?: string
  readonly why?: string
}

/** The past of a seat; {@link emptySlot} where it has none. */
export function entryOf(ledger: ServiceLedger, seat: Seat): SlotLedger {
  return ledger.slots[seat] ?? emptySlot
}

/** The ledger with this for the seat's whole past; the other seats keep theirs. */
export function withEntry(ledger: ServiceLedger, seat: Seat, entry: SlotLedger): ServiceLedger {
  return { ...ledger, slots: { ...ledger.slots, [seat]: entry } }
}

/** The seat that is a slot's own. */
export function seatOf(ledger: ServiceLedger, slot: number): Seat {
  return ledger.seats?.[String(slot)] ?? firstSeat(slot)
}

/** The number of the last launch of a slot, in whichever of its seats. */
export function lastLaunchOf(ledger: ServiceLedger, slot: number): number {
  const seat = firstSeat(slot)
  return Math.max(entryOf(ledger, seat).incarnation, entryOf(ledger, otherSeat(seat)).incarnation)
}

/** The ledger with one exit more, without the oldest once there are more than {@link keptExits}. */
export function withExit(ledger: ServiceLedger, exit: ExitRecord): ServiceLedger {
  return { ...ledger, exits: [...ledger.exits, exit].slice(-keptExits) }
}

/** Where ledgers are kept: one for each service, written before what it describes is announced. */
export interface LedgerStore {
  load(serviceId: string): ServiceLedger
  save(serviceId: string, ledger: ServiceLedger): void
  forget(serviceId: string): void
}
