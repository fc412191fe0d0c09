import type { ExitRecord, InstanceState } from '../protocol/views.ts'
import { type Failures, noFailures } from './restart-policy.ts'

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
  readonly launchedAt?: number
  readonly onlineAt?: number
  readonly dueAt?: number
}

export interface ServiceLedger {
  readonly slots: Readonly<Record<string, SlotLedger>>
  /** Newest last, at most {@link keptExits}. */
  readonly exits: readonly ExitRecord[]
}

export const keptExits = 100

export const emptyLedger: ServiceLedger = { slots: {}, exits: [] }

export const emptySlot: SlotLedger = {
  incarnation: 0,
  lastExited: 0,
  restarts: 0,
  failures: noFailures,
  state: 'stopped',
  isDone: false,
  why: 'never started',
}

export function slotOf(ledger: ServiceLedger, slot: number): SlotLedger {
  return ledger.slots[String(slot)] ?? emptySlot
}

export function withSlot(ledger: ServiceLedger, slot: number, entry: SlotLedger): ServiceLedger {
  return { ...ledger, slots: { ...ledger.slots, [String(slot)]: entry } }
}

export function withExit(ledger: ServiceLedger, exit: ExitRecord): ServiceLedger {
  return { ...ledger, exits: [...ledger.exits, exit].slice(-keptExits) }
}

/** Where ledgers are kept: one for each service, written before what it describes is announced. */
export interface LedgerStore {
  load(serviceId: string): ServiceLedger
  save(serviceId: string, ledger: ServiceLedger): void
  forget(serviceId: string): void
}
