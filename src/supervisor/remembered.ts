import type { Found } from '../process/host.ts'
import { launchIdOf, parseLaunchId } from '../process/launch-id.ts'
import type { InstanceState, InstanceView } from '../protocol/views.ts'
import type { Event, Memory, Timer } from './instance-machine.ts'
import type { HeldProcess, SupervisorPorts } from './instance-ports.ts'
import { entryOf, type ServiceLedger, type SlotLedger } from './ledger.ts'
import { settingsOf, trialSettingsOf } from './policy-of.ts'
import type { SeatedSlot } from './seat.ts'

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

/**
 * Where an instance goes on under a new manager: from the process that was found, from what was waited for, or
 * afresh.
 */
export function beginningOf(
  slot: SeatedSlot,
  ledger: ServiceLedger,
  { inheritance, clock }: Pick<SupervisorPorts, 'inheritance' | 'clock'>,
): Beginning {
  const { isNewBoot } = inheritance
  const { serviceId, seat } = slot
  const entry = entryOf(ledger, seat)
  const held = inheritance.held(serviceId, seat)
  const found = held === undefined ? inheritance.take(serviceId, seat) : undefined
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
  return {
    ...afresh(base, entry, {
      isNewBoot,
      isJob: slot.spec.schedule !== undefined,
      wall: clock.date().getTime(),
    }),
    ...leftover,
  }
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

function afresh(
  base: Beginning,
  entry: SlotLedger,
  {
    isNewBoot,
    isJob,
    wall,
  }: { readonly isNewBoot: boolean; readonly isJob: boolean; readonly wall: number },
): Beginning {
  if (base.memory.givenUp !== undefined) return { ...base, state: 'errored' }
  if (base.memory.wanted === 'down') return base
  // A job waits for its time.
  if (isJob) return { ...base, memory: { ...base.memory, wanted: 'down' } }
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
function memoryOf(slot: SeatedSlot, entry: SlotLedger, isNewBoot: boolean): Memory {
  const { isDone, isAgain, givenUp } = isNewBoot ? afterBoot : entry
  const wanted = slot.wanted === 'down' || isDone || givenUp !== undefined ? 'down' : 'up'
  return {
    ...slotSettings(slot),
    failures: entry.failures,
    restarts: entry.restarts,
    wanted,
    isAgain: isAgain === true && wanted === 'up',
    isDone,
    why: givenUp ?? entry.why,
    ...lasting(slot, entry),
    ...(givenUp === undefined ? {} : { givenUp }),
    ...(entry.dueAt === undefined ? {} : { dueAt: entry.dueAt }),
  }
}

function lasting(slot: SeatedSlot, entry: SlotLedger): Pick<Memory, 'isRetired' | 'isListening'> {
  return {
    ...(slot.role === 'retired' ? { isRetired: true as const } : {}),
    ...(entry.isListening === true ? { isListening: true as const } : {}),
  }
}

/** What the declaration means for this copy of a slot. */
export function slotSettings({
  spec,
  role,
  isListenerAwaited,
}: SeatedSlot): ReturnType<typeof settingsOf> {
  return role === 'successor' ? trialSettingsOf(spec, isListenerAwaited) : settingsOf(spec)
}

function timesOf({ launchedAt, onlineAt }: SlotLedger): Times {
  return {
    ...(launchedAt === undefined ? {} : { launchedAt }),
    ...(onlineAt === undefined ? {} : { onlineAt }),
  }
}

function launchOf(found: Found | undefined): number {
  if (found === undefined || found.kind === 'orphan') return 0
  return parseLaunchId(found.record.launchId).incarnation
}

/** What of an instance outlives the manager; what is not set is left out, as the ledger is JSON. */
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
    ...(memory.isListening === true ? { isListening: true as const } : {}),
  }
}

/** How an instance stands, without its declaration. */
export interface Standing {
  readonly launch: number
  readonly state: InstanceState
  readonly memory: Memory
  readonly times: Times
}

/** An instance as everybody else sees it. CPU and memory are 0 in it: they are measured for whoever asks. */
export function viewOf(
  slot: SeatedSlot,
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
    mode: spec.execMode,
    restarts: memory.restarts,
    unstableRestarts: memory.failures.unstable,
    why: memory.why,
    cpuPercent: 0,
    memoryBytes: 0,
    desired: memory.wanted,
    ...(memory.pid === undefined ? {} : { pid: memory.pid }),
    ...(launch === 0 ? {} : { launchId: launchIdOf({ ...slot, incarnation: launch }) }),
    ...(times.launchedAt === undefined ? {} : { startedAt: times.launchedAt }),
    ...(state === 'online' && times.onlineAt !== undefined ? { onlineSince: times.onlineAt } : {}),
    ...(state === 'backoff' && memory.dueAt !== undefined ? { dueAt: memory.dueAt } : {}),
    ...(lastExit === undefined ? {} : { lastExit }),
  }
}
