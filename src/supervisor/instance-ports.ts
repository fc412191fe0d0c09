import type { Cancel, Clock } from '../base/clock.ts'
import type { Exit } from '../base/exit.ts'
import type { Random } from '../base/random.ts'
import type { SpokenWord } from '../process/agent/words.ts'
import type { Found, ManagedProcess, ProcessHost } from '../process/host.ts'
import type { Prober } from '../process/probe.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { LedgerStore } from './ledger.ts'
import type { Surroundings } from './launch-order.ts'
import type { Seat } from './seat.ts'
import type { SpawnGate } from './spawn-gate.ts'

/** What the supervisors of a host need from it. */
export interface SupervisorPorts {
  readonly clock: Clock
  readonly random: Random
  readonly host: ProcessHost
  readonly gate: Pick<SpawnGate, 'ask'>
  readonly around: Surroundings
  readonly ledger: LedgerStore
  readonly board: Board
  readonly prober: Prober
  readonly clues: Clues
  readonly inheritance: Inheritance
  /** Numbers, stores and publishes an event; returns its id. */
  readonly announce: (draft: EventDraft) => string
  /** Whether the end of a launch was announced, by this manager or one before it. */
  readonly isTold: (service: string, slot: number, incarnation: number) => boolean
  /** A reload is over; `isNew`: the service is from now on what was declared for it. */
  readonly reloaded: (service: string, isNew: boolean) => void
  /** A defect that must be seen, but that the service must not feel. */
  report(what: string, thrown: unknown): void
}

/** Where the newest view of every instance hangs for whoever looks. */
export interface Board {
  show(view: InstanceView): void
  drop(service: string, slot: number): void
  view(service: string, slot: number): InstanceView | undefined
  /** By id. */
  of(service: string): readonly InstanceView[]
  /** Calls whenever any view may have changed. */
  onChange(changed: () => void): Cancel
}

/** What can be learnt of an end beyond the status of the process. */
export interface Clues {
  /** The last lines, oldest first, of the first of these files that was written since; none when none was. */
  lastLines(paths: readonly string[], since: number, count: number): Promise<readonly string[]>
  /** How often the kernel has killed for lack of memory since boot. */
  oomKills(): number
  /** A sentence when the disk under `path` is full. */
  fullDisk(path: string): Promise<string | undefined>
}

/**
 * Processes that outlive the actor which owns them: those of a former manager, found at boot,
 * and those of a former incarnation of the same actor, which a fault replaced.
 */
export interface Inheritance {
  /** True in the first life of a manager after the machine booted. */
  readonly isNewBoot: boolean
  /** Takes what was found of a seat; a second call finds nothing. */
  take(serviceId: string, seat: Seat): Found | undefined
  /** Whether there is anything to take or held. */
  has(serviceId: string, seat: Seat): boolean
  /** The living process of a seat, if this manager holds it. */
  held(serviceId: string, seat: Seat): HeldProcess | undefined
  hold(serviceId: string, seat: Seat, held: HeldProcess): void
  drop(serviceId: string, seat: Seat): void
}

/** A process with a listener that can be exchanged: callbacks reach whichever actor owns the slot now. */
export interface HeldProcess {
  readonly process: ManagedProcess
  readonly launch: number
  hear: (message: ProcessNews) => void
  /** Its end, once it was told: a fault may have lost it on the way into the ledger. */
  gone?: ProcessNews
}

/** What a process does, with the number of the launch it belongs to. */
export type ProcessNews =
  /** It spoke. */
  | { readonly kind: 'said'; readonly launch: number; readonly word: SpokenWord }
  | { readonly kind: 'alive'; readonly launch: number; readonly pid: number }
  | {
      readonly kind: 'gone'
      readonly launch: number
      readonly exit: Exit
      readonly at: number
      /** It ended while no manager watched. */
      readonly isLate: boolean
    }
