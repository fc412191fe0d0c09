import { uniqueId } from '../base/ids.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { Crew } from './crew.ts'
import type { InstanceNews } from './instance-messages.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'
import { emptySlot, entryOf, lastLaunchOf, type ReloadRecord, seatOf, withEntry } from './ledger.ts'
import { Reload } from './reload.ts'
import { newReload, type ReloadEvent, type ReloadOutcome, runsNew } from './reload-machine.ts'
import { otherSeat, type Role, type SeatedSlot } from './seat.ts'

/** What somebody wants to have reloaded. */
export interface ReloadWish {
  /** What the service is declared to be after it; undefined: the same as now. */
  readonly next: readonly Slot[] | undefined
  /** None named means all. */
  readonly slots?: readonly number[]
  readonly by?: string
  readonly cause?: string
  readonly done: (outcome: ReloadOutcome) => void
}

interface Site {
  readonly service: string
  readonly serviceId: string
  readonly ports: SupervisorPorts
}

/** Who sits where in a service, and the one reload that may be changing it. */
export class Reloads {
  readonly #site: Site
  readonly #crew: Crew
  readonly #hear: (event: ReloadEvent) => void
  #declared: readonly Slot[] = []
  #next: readonly Slot[] | undefined
  #reload: Reload | undefined
  #done: ((outcome: ReloadOutcome) => void) | undefined
  #queued: ReloadWish | undefined

  constructor(site: Site, crew: Crew, hear: (event: ReloadEvent) => void) {
    this.#site = site
    this.#crew = crew
    this.#hear = hear
  }

  /** Gives every slot its instance, and goes on with a reload that was under way. */
  seat({
    slots,
    next,
  }: {
    readonly slots: readonly Slot[]
    readonly next?: readonly Slot[] | undefined
  }): void {
    const { service, ports } = this.#site
    const { reload: record } = this.#ledger()
    this.#declared = slots
    this.#next = next
    for (const slot of slots) {
      const isNew = record !== undefined && runsNew(record.phase, record.memory, slot.slot)
      this.#sit(isNew ? this.#revised(slot, 'new') : slot, 'current')
      this.#clear(slot, record)
    }
    // Declared for a reload that was never begun.
    if (record === undefined && next !== undefined) return ports.reloaded(service, false)
    if (record === undefined) return
    this.#reload = this.#carry(record)
    this.#reload.resume()
  }

  /** What a reload from now on starts from. */
  declared(slots: readonly Slot[]): void {
    this.#declared = slots
  }

  begin(wish: ReloadWish): void {
    const { next, slots, by, cause, done } = wish
    if (this.#reload !== undefined) return this.#queue(wish)
    const { clock } = this.#site.ports
    this.#next = next
    this.#done = done
    const pending = this.#running().filter((slot) => slots?.includes(slot) ?? true)
    const proveMs = Math.max(...this.#declared.map(({ spec }) => spec.minUptimeMs), 0)
    const record: ReloadRecord = {
      id: uniqueId(),
      phase: 'idle',
      memory: newReload(pending, { proveMs, canGoBack: next !== undefined }),
      startedAt: clock.date().getTime(),
      isRedeclared: next !== undefined,
      ...(by === undefined ? {} : { by }),
      ...(cause === undefined ? {} : { cause }),
    }
    this.#reload = this.#carry(record)
    this.#reload.begin()
  }

  /** One that an earlier manager began goes first; of those that wait the newest counts. */
  #queue(wish: ReloadWish): void {
    this.#queued?.done({ kind: 'halted', why: 'another reload was asked for', replaced: 0 })
    this.#queued = wish
  }

  take(event: ReloadEvent): void {
    if (event.kind === 'halt') this.halt(event.why)
    else this.#reload?.take(event)
  }

  hear(news: InstanceNews): void {
    const { seat, role, state } = news
    // Whoever lost its seat, or never got it, leaves the crew with its process.
    if (role !== 'current' && state === 'stopped') this.#crew.drop(seat)
    this.#reload?.hear(news)
  }

  halt(why: string): void {
    if (this.#reload === undefined) return
    this.#queued?.done({ kind: 'halted', why, replaced: 0 })
    this.#queued = undefined
    this.#reload.take({ kind: 'halt', why })
    for (const slot of this.#crew.slots) {
      this.#crew.tell(this.#crew.seatOf(slot, 'retired'), {
        kind: 'command',
        event: { kind: 'stop' },
      })
    }
  }

  /** Lets go of a reload whose service ends with it. */
  abandon(why: string): void {
    if (this.#reload === undefined) return
    this.#over({ kind: 'halted', why, replaced: 0 })
    this.#save(undefined)
  }

  release(): void {
    this.#reload?.release()
  }

  #carry(record: ReloadRecord): Reload {
    const { service, ports } = this.#site
    return new Reload(record, {
      clock: ports.clock,
      hear: this.#hear,
      save: (next, promoted) => this.#save(next, promoted),
      succeed: (slot, revision, isResumed) => this.#succeed(slot, revision, isResumed),
      promote: (slot) => this.#promote(slot),
      dismiss: (slot, role) => this.#dismiss(slot, role),
      // A draft without its service loses the pairing of type and data.
      announce: (draft) => ports.announce({ ...draft, service } as EventDraft),
      over: (outcome) => this.#over(outcome),
      ended: () => this.#goOn(),
    })
  }

  #save(record: ReloadRecord | undefined, promoted?: number): void {
    const { reload: _, ...ledger } = this.#ledger()
    const seats =
      promoted === undefined
        ? {}
        : { seats: { ...ledger.seats, [promoted]: otherSeat(seatOf(ledger, promoted)) } }
    this.#site.ports.ledger.save(this.#site.serviceId, {
      ...ledger,
      ...seats,
      ...(record === undefined ? {} : { reload: record }),
    })
  }

  #succeed(number: number, revision: 'new' | 'old', isResumed: boolean): void {
    const slot = this.#slotOf(number)
    // It was scaled away meanwhile.
    const gone = `#${number} is not declared any more`
    if (slot === undefined) return this.#hear({ kind: 'failed', why: gone })
    const { serviceId, ports } = this.#site
    const ledger = this.#ledger()
    const own = seatOf(ledger, number)
    const seat = otherSeat(own)
    const before = entryOf(ledger, own)
    const isKept = this.#crew.at(seat) !== undefined
    if (!isResumed && !isKept) {
      const incarnation = lastLaunchOf(ledger, number)
      const entry = {
        ...emptySlot,
        incarnation,
        restarts: before.restarts + 1,
        why: 'not tried yet',
      }
      ports.ledger.save(serviceId, withEntry(ledger, seat, entry))
    }
    // One that was only just started may not have come that far.
    const isListenerAwaited = Object.values(ledger.slots).some(({ isListening }) => isListening)
    const revised = { ...this.#revised(slot, revision), wanted: isResumed ? 'up' : 'down' } as const
    if (!isKept) this.#crew.add({ ...revised, seat, role: 'successor', isListenerAwaited })
    this.#crew.redeclare(seat, { wanted: 'up' })
    this.#crew.tell(seat, this.#command({ kind: 'start', isAutomatic: false }))
  }

  #promote(slot: number): void {
    const old = this.#crew.seatOf(slot, 'current')
    const successor = this.#crew.seatOf(slot, 'successor')
    if (old !== undefined) this.#crew.redeclare(old, { role: 'retired' })
    if (successor !== undefined) this.#crew.redeclare(successor, { role: 'current', wanted: 'up' })
    this.#crew.tell(old, this.#command({ kind: 'retire' }))
  }

  #dismiss(number: number, role: Exclude<Role, 'current'>): void {
    const slot = this.#slotOf(number)
    if (slot === undefined) return this.#hear({ kind: 'gone', forced: 0 })
    if (this.#crew.seatOf(number, role) === undefined) this.#sit({ ...slot, wanted: 'down' }, role)
    const kind = role === 'retired' ? 'retire' : 'stop'
    this.#crew.tell(this.#crew.seatOf(number, role), this.#command({ kind }))
  }

  #over(outcome: ReloadOutcome): void {
    const { service, ports } = this.#site
    const isNew =
      outcome.kind === 'completed' || (outcome.kind === 'halted' && outcome.replaced > 0)
    const done = this.#done
    this.#reload?.release()
    this.#reload = undefined
    this.#done = undefined
    this.#next = undefined
    ports.reloaded(service, isNew)
    done?.(outcome)
  }

  #goOn(): void {
    const queued = this.#queued
    this.#queued = undefined
    if (queued !== undefined) this.begin(queued)
  }

  /** A process in the other seat, which no reload knows of: its slot has another already. */
  #clear(slot: Slot, record: ReloadRecord | undefined): void {
    const { serviceId, ports } = this.#site
    const seat = otherSeat(seatOf(this.#ledger(), slot.slot))
    const isInWork = record !== undefined && record.memory.pending[0] === slot.slot
    if (!isInWork && ports.inheritance.has(serviceId, seat)) this.#dismiss(slot.slot, 'retired')
  }

  #sit(slot: Slot, role: Role): void {
    const own = seatOf(this.#ledger(), slot.slot)
    const seat = role === 'current' ? own : otherSeat(own)
    const seated: SeatedSlot = { ...slot, seat, role, isListenerAwaited: false }
    this.#crew.add(seated)
  }

  #command(event: Parameters<typeof commandOf>[0]): ReturnType<typeof commandOf> {
    return commandOf(event, this.#reload)
  }

  #slotOf(slot: number): Slot | undefined {
    return this.#declared.find((each) => each.slot === slot)
  }

  #revised(slot: Slot, revision: 'new' | 'old'): Slot {
    const next = this.#next?.find((each) => each.slot === slot.slot)
    return revision === 'new' ? { ...slot, ...next, wanted: slot.wanted } : slot
  }

  /** Slots whose instance is not at rest. */
  #running(): readonly number[] {
    const { service, ports } = this.#site
    const declared = this.#declared.map(({ slot }) => slot)
    return declared.filter((slot) => {
      const state = ports.board.view(service, slot)?.state
      return state !== undefined && state !== 'stopped'
    })
  }

  #ledger(): ReturnType<SupervisorPorts['ledger']['load']> {
    return this.#site.ports.ledger.load(this.#site.serviceId)
  }
}

type Message = Extract<Parameters<Crew['tell']>[1], { kind: 'command' }>

function commandOf(event: Message['event'], reload: Reload | undefined): Message {
  const { by } = reload?.record ?? {}
  const cause = reload?.cause
  return {
    kind: 'command',
    event,
    ...(by === undefined ? {} : { by }),
    ...(cause === undefined ? {} : { cause }),
  }
}
