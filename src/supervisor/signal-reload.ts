import type { Clock, Millis } from '../base/clock.ts'
import { describeExit } from '../base/exit.ts'
import { uniqueId } from '../base/ids.ts'
import { showMillis } from '../base/units.ts'
import type { Probe } from '../declaration/probes.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Board, SupervisorPorts } from './instance-ports.ts'
import { launchOrder, type Slot } from './launch-order.ts'
import { seatOf } from './ledger.ts'
import { judgeLook, noStreak } from './probe-policy.ts'
import { withCookie } from './probing.ts'
import type { ReloadOutcome } from './reload-machine.ts'

/** Nobody waits longer than this for a process to show that it survived. */
const longestTrialMs = 5_000

type Ports = Pick<
  SupervisorPorts,
  'clock' | 'board' | 'prober' | 'around' | 'inheritance' | 'ledger' | 'announce'
>

/** Whom to tell, and how. */
export interface Telling {
  readonly service: string
  /** Their processes are online. */
  readonly slots: readonly Slot[]
  readonly signal: NodeJS.Signals
  readonly by?: string
  readonly cause?: string
  readonly why?: string
  /** Sends it the signal; one that is gone is missed soon enough. */
  readonly tell: (slot: number) => Promise<unknown>
}

/** Why a process that was told is not to be relied on. */
type Trouble = { readonly kind: 'failed' | 'halted'; readonly why: string } | undefined

/**
 * Tells processes to reload by a signal, one at a time: each has to live on, and to be ready again where there is a
 * probe to ask, before the next one is told. Nothing stands on disk, since a process that was told needs no manager
 * to go on.
 */
export class SignalReloads {
  readonly #ports: Ports
  readonly #under = new Map<string, AbortController>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Somebody wants something else of the service: whoever has not been told yet will not be. */
  halt(service: string, why: string): void {
    this.#under.get(service)?.abort(why)
  }

  /** Nobody else is told any more. */
  close(): void {
    for (const halt of this.#under.values()) halt.abort('the manager leaves')
  }

  async reload(telling: Telling): Promise<ReloadOutcome> {
    const halt = new AbortController()
    const { service, slots, signal } = telling
    const { clock } = this.#ports
    const startedAt = clock.now()
    const reloadId = uniqueId()
    const announce = this.#voiceOf(telling)
    const all = slots.map(({ slot }) => slot)
    this.#under.set(service, halt)
    announce({
      type: 'reload.started',
      data: { reloadId, slots: all, isRedeclared: false, signal, ...reasonOf(telling) },
    })
    const told: number[] = []
    let replaced = 0
    let trouble: Trouble
    for (const slot of slots) {
      trouble = haltedBy(halt.signal)
      if (trouble !== undefined) break
      // Whoever went down meanwhile has nothing to be told.
      if (this.#ports.board.view(service, slot.slot)?.state !== 'online') continue
      told.push(slot.slot)
      // oxlint-disable-next-line no-await-in-loop
      trouble = await this.#tell(slot, telling, halt.signal)
      if (trouble !== undefined) break
      replaced += 1
      const data = { reloadId, slot: slot.slot, replaced, total: all.length, signal }
      announce({ type: 'reload.step', data })
    }
    if (this.#under.get(service) === halt) this.#under.delete(service)
    const outcome = outcomeOf({ told, replaced }, trouble)
    announce(endOf(outcome, { reloadId, ms: Math.round(clock.now() - startedAt), signal }))
    return outcome
  }

  async #tell(slot: Slot, { service, tell, signal }: Telling, halt: AbortSignal): Promise<Trouble> {
    const { clock, board } = this.#ports
    const { spec } = slot
    const before = board.view(service, slot.slot)
    const since = clock.date().getTime()
    const troubleOf = (now: InstanceView | undefined): Trouble => {
      const halted = haltedBy(halt)
      if (halted !== undefined) return halted
      const isSame = now?.state === 'online' && now.launchId === before?.launchId
      return isSame ? undefined : lossOf(slot.slot, now, { since, signal })
    }
    const live = (ms: Millis): Promise<Trouble> =>
      untilTrouble(ms, () => troubleOf(board.view(service, slot.slot)), { clock, board, halt })
    await tell(slot.slot).catch(() => {})
    const trouble = await live(Math.min(spec.minUptimeMs, longestTrialMs))
    if (trouble !== undefined || spec.readiness?.kind !== 'probe') return trouble
    return this.#readyAgain(slot, spec.readiness.probe, { live, signal, halt })
  }

  async #readyAgain(
    slot: Slot,
    probe: Probe,
    {
      live,
      signal,
      halt,
    }: {
      readonly live: (ms: Millis) => Promise<Trouble>
      readonly signal: NodeJS.Signals
      readonly halt: AbortSignal
    },
  ): Promise<Trouble> {
    const { clock, prober } = this.#ports
    const { listenTimeoutMs } = slot.spec
    const deadline = clock.now() + listenTimeoutMs
    const patience = { timeoutMs: probe.timeoutMs, signal: halt }
    const site = this.#siteOf(slot)
    for (let streak = noStreak; ;) {
      // oxlint-disable-next-line no-await-in-loop
      const sight = await prober(probe.check, site, patience)
      const halted = haltedBy(halt)
      if (halted !== undefined) return halted
      const judged = judgeLook(probe, sight, streak)
      ;({ streak } = judged)
      if (judged.verdict.kind === 'well') return undefined
      if (clock.now() >= deadline) {
        const late = `was not ready again within ${showMillis(listenTimeoutMs)} after ${signal}`
        const seen = sight === undefined ? '' : `: ${sight}`
        return { kind: 'failed', why: `#${slot.slot} ${late}${seen}` }
      }
      // oxlint-disable-next-line no-await-in-loop
      const trouble = await live(Math.min(probe.intervalMs, Math.max(0, deadline - clock.now())))
      if (trouble !== undefined) return trouble
    }
  }

  #siteOf(slot: Slot): ReturnType<typeof withCookie> {
    const { around, inheritance, ledger } = this.#ports
    const seat = seatOf(ledger.load(slot.serviceId), slot.slot)
    const held = inheritance.held(slot.serviceId, seat)
    const seated = { ...slot, seat, role: 'current', isListenerAwaited: false } as const
    const { cwd, env, user } = launchOrder(seated, held?.launch ?? 0, around)
    return withCookie({ cwd, env, ...(user === undefined ? {} : { user }) }, held?.process)
  }

  /** Each event is the cause of the next. */
  #voiceOf({ service, by, cause }: Telling): (draft: EventDraft) => void {
    let last = cause
    return (draft) => {
      const asked = by === undefined ? {} : { by }
      const causing = last === undefined ? {} : { cause: last }
      // A draft pairs its type with its data; the spread loses the pairing.
      last = this.#ports.announce({ ...draft, service, ...asked, ...causing } as EventDraft)
    }
  }
}

function haltedBy(halt: AbortSignal): Trouble {
  return halt.aborted ? { kind: 'halted', why: String(halt.reason) } : undefined
}

function outcomeOf(
  { told, replaced }: { readonly told: readonly number[]; readonly replaced: number },
  trouble: Trouble,
): ReloadOutcome {
  if (trouble === undefined) return { kind: 'completed', replaced, forced: 0 }
  const { kind, why } = trouble
  if (kind === 'halted') return { kind, why, replaced }
  return { kind: 'rolled-back', why, left: told }
}

function endOf(
  outcome: ReloadOutcome,
  of: { readonly reloadId: string; readonly ms: Millis; readonly signal: string },
): EventDraft {
  switch (outcome.kind) {
    case 'completed': {
      const { replaced, forced } = outcome
      return { type: 'reload.completed', data: { ...of, replaced, forced } }
    }
    case 'halted': {
      const { why, replaced } = outcome
      return { type: 'reload.halted', data: { ...of, why, replaced } }
    }
    case 'rolled-back': {
      const { why, left } = outcome
      return { type: 'reload.rolled_back', data: { ...of, why, left } }
    }
  }
}

/** Resolves at the first sign of trouble, and with none when the time is over. */
function untilTrouble(
  ms: Millis,
  look: () => Trouble,
  {
    clock,
    board,
    halt,
  }: {
    readonly clock: Pick<Clock, 'after'>
    readonly board: Pick<Board, 'onChange'>
    readonly halt: AbortSignal
  },
): Promise<Trouble> {
  return new Promise((resolve) => {
    const end = (trouble: Trouble): void => {
      cancel()
      unwatch()
      halt.removeEventListener('abort', check)
      resolve(trouble)
    }
    const check = (): void => {
      const trouble = look()
      if (trouble !== undefined) end(trouble)
    }
    const cancel = clock.after(ms, () => end(look()))
    const unwatch = board.onChange(check)
    halt.addEventListener('abort', check)
    check()
  })
}

function lossOf(
  slot: number,
  now: InstanceView | undefined,
  { since, signal }: { readonly since: number; readonly signal: NodeJS.Signals },
): Trouble {
  if (now === undefined || now.desired === 'down') {
    return { kind: 'halted', why: `#${slot} is to stop` }
  }
  const { lastExit, state } = now
  if (lastExit === undefined || lastExit.at < since) {
    return { kind: 'failed', why: `#${slot} is ${state} since ${signal}` }
  }
  if (lastExit.class === 'commanded') return { kind: 'halted', why: `#${slot} was restarted` }
  return { kind: 'failed', why: `#${slot} ended after ${signal}: ${describeExit(lastExit.exit)}` }
}

function reasonOf({ why }: Telling): { readonly why?: string } {
  return why === undefined ? {} : { why }
}
