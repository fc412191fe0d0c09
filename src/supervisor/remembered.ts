import type { Found } from '../process/host.ts'
import type { InstanceState, InstanceView } from '../protocol/views.ts'
import type { Event, Memory, Timer } from './instance-machine.ts'
import type { HeldProcess, SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'
import { type ServiceLedger, type SlotLedger, slotOf } from './ledger.ts'
import { settingsOf } from './policy-of.ts'

/** Wall times of the current launch, ms since 1970. */
export interface Times {
  readonly launchedAt?: number
  readonly onlineAt?: number
}

/** A process to take over: found on disk by a new manager, or held through a fault of its actor. */
export type Adoption =
  | { readonly kind: 'found'; readonly found: Extract<Found, { kind: 'alive' | 'exited' }> }
  | { readonly kind: 'held'; readonly held: HeldProcess }

/** How a slot goes on from what is remembered of it. */
export interface Beginning {
  readonly state: InstanceState
  readonly memory: Memory
  readonly launch: number
  readonly times: Times
  readonly adoption?: Adoption
  /** A launch that left nothing to take over. */
  readonly leftover?: Found
  readonly events: readonly Event[]
  readonly timers: readonly { readonly timer: Timer; readonly ms: number }[]
}

export function beginningOf(
  slot: Slot,
  ledger: ServiceLedger,
  { inheritance, clock }: Pick<SupervisorPorts, 'inheritance' | 'clock'>,
): Beginning {
  const { isNewBoot } = inheritance
  const entry = slotOf(ledger, slot.slot)
  const held = inheritance.held(slot.serviceId, slot.slot)
  const found = held === undefined ? inheritance.take(slot.serviceId, slot.slot) : undefined
  const base = {
    state: 'stopped' as const,
    memory: memoryOf(slot, entry, isNewBoot),
    launch: Math.max(entry.incarnation, held?.launch ?? 0, launchOf(found)),
    times: timesOf(entry),
    events: [],
    timers: [],
  }
  const adoption = adoptionOf(held, found, entry)
  if (adoption !== undefined) return takeOver(base, adoption, entry.pid)
  const leftover = found === undefined ? {} : { leftover: found }
  return { ...afresh(base, entry, isNewBoot, clock.date().getTime()), ...leftover }
}

/** An end that is in the ledger already is not told again. */
function adoptionOf(
  held: HeldProcess | undefined,
  found: Found | undefined,
  { lastExited }: SlotLedger,
): Adoption | undefined {
  if (held !== undefined) return { kind: 'held', held }
  if (found?.kind === 'alive') return { kind: 'found', found }
  const isNews = found?.kind === 'exited' && launchOf(found) > lastExited
  return isNews ? { kind: 'found', found } : undefined
}

function takeOver(base: Beginning, adoption: Adoption, pid: number | undefined): Beginning {
  const memory = { ...base.memory, ...(pid === undefined ? {} : { pid }) }
  return { ...base, memory, adoption, events: [{ kind: 'adopt' }] }
}

function afresh(base: Beginning, entry: SlotLedger, isNewBoot: boolean, wall: number): Beginning {
  if (base.memory.givenUp !== undefined) return { ...base, state: 'errored' }
  if (base.memory.wanted === 'down') return base
  if (entry.state === 'errored' && !isNewBoot) return { ...base, state: 'errored' }
  if (entry.state === 'backoff' && entry.dueAt !== undefined && entry.dueAt > wall) {
    const timer = { timer: 'backoffDue', ms: entry.dueAt - wall } as const
    return { ...base, state: 'backoff', timers: [timer] }
  }
  return { ...base, events: [{ kind: 'start', isAutomatic: true }] }
}

/** What a boot leaves of earlier verdicts and intentions. */
const afterBoot: Pick<SlotLedger, 'isDone' | 'isAgain' | 'givenUp'> = { isDone: false }

/** What was done, or given up by its group, stays so until the machine boots again. */
function memoryOf(slot: Slot, entry: SlotLedger, isNewBoot: boolean): Memory {
  const { isDone, isAgain, givenUp } = isNewBoot ? afterBoot : entry
  const wanted = slot.wanted === 'down' || isDone || givenUp !== undefined ? 'down' : 'up'
  return {
    ...settingsOf(slot.spec),
    failures: entry.failures,
    restarts: entry.restarts,
    wanted,
    isAgain: isAgain === true && wanted === 'up',
    isDone,
    why: givenUp ?? entry.why,
    ...(givenUp === undefined ? {} : { givenUp }),
    ...(entry.dueAt === undefined ? {} : { dueAt: entry.dueAt }),
  }
}

function timesOf({ launchedAt, onlineAt }: SlotLedger): Times {
  return {
    ...(launchedAt === undefined ? {} : { launchedAt }),
    ...(onlineAt === undefined ? {} : { onlineAt }),
  }
}

/** The launch number stands last in a launch id. */
function launchOf(found: Found | undefined): number {
  if (found === undefined || found.kind === 'orphan') return 0
  return Number(found.record.launchId.split('.').at(-1) ?? 0)
}

export function slotLedgerOf(
  launch: number,
  state: InstanceState,
  memory: Memory,
  times: Times,
): Omit<SlotLedger, 'lastExited'> {
  return {
    incarnation: launch,
    restarts: memory.restarts,
    failures: memory.failures,
    state,
    isDone: memory.isDone,
    ...(memory.isAgain ? { isAgain: true as const } : {}),
    ...(memory.givenUp === undefined ? {} : { givenUp: memory.givenUp }),
    why: memory.why,
    ...times,
    ...(memory.dueAt === undefined ? {} : { dueAt: memory.dueAt }),
    ...(memory.pid === undefined ? {} : { pid: memory.pid }),
  }
}

/** How an instance stands, without its declaration. */
export interface Standing {
  readonly launch: number
  readonly state: InstanceState
  readonly memory: Memory
  readonly times: Times
}

export function viewOf(
  slot: Slot,
  { launch, state, memory, times }: Standing,
  ledger: ServiceLedger,
): InstanceView {
  const { spec } = slot
  const lastExit = ledger.exits.findLast((exit) => exit.slot === slot.slot)
  return {
    id: slot.pmId,
    service: spec.name,
    namespace: spec.namespace,
    slot: slot.slot,
    state,
    mode: 'fork',
    restarts: memory.restarts,
    unstableRestarts: memory.failures.unstable,
    why: memory.why,
    cpuPercent: 0,
    memoryBytes: 0,
    desired: memory.wanted,
    ...(memory.pid === undefined ? {} : { pid: memory.pid }),
    ...(launch === 0 ? {} : { launchId: `${slot.serviceId}.${slot.slot}.${launch}` }),
    ...(times.launchedAt === undefined ? {} : { startedAt: times.launchedAt }),
    ...(state === 'online' && times.onlineAt !== undefined ? { onlineSince: times.onlineAt } : {}),
    ...(state === 'backoff' && memory.dueAt !== undefined ? { dueAt: memory.dueAt } : {}),
    ...(lastExit === undefined ? {} : { lastExit }),
  }
}
