import { uniqueId } from '../base/ids.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { Crew } from './crew.ts'
import type { InstanceNews } from './instance-messages.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'
import { type ReloadRecord, seatOf } from './ledger.ts'
import { Reload } from './reload.ts'
import { newReload, type ReloadEvent, type ReloadOutcome } from './reload-machine.ts'
import { otherSeat } from './seat.ts'
import { Seating } from './seating.ts'

/** What somebody wants to have reloaded. */
export interface ReloadWish {
  /** What the service is declared to be after it; undefined: the same as now. */
  readonly next: readonly Slot[] | undefined
  /** None named means all. */
  readonly slots?: readonly number[]
  readonly by?: string
  readonly cause?: string
  readonly why?: string
  readonly done: (outcome: ReloadOutcome) => void
}

interface Site {
  readonly service: string
  readonly serviceId: string
  readonly ports: SupervisorPorts
}

/** The one reload that may be changing a service, and the one that waits for it. */
export class Reloads {
  readonly #site: Site
  readonly #crew: Crew
  readonly #hear: (event: ReloadEvent) => void
  readonly #seating: Seating
  #reload: Reload | undefined
  #done: ((outcome: ReloadOutcome) => void) | undefined
  #queued: ReloadWish | undefined

  /** @param hear back through the mailbox of the service */
  constructor(site: Site, crew: Crew, hear: (event: ReloadEvent) => void) {
    this.#site = site
    this.#crew = crew
    this.#hear = hear
    this.#seating = new Seating(site, crew, {
      hear,
      asker: () => askerOf(this.#reload),
    })
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
    this.#seating.seat({ slots, next: record?.isRedeclared === true ? next : undefined }, record)
    // Declared for a reload that was never begun, or waited for this one.
    if (record?.isRedeclared !== true && next !== undefined) ports.reloaded(service, false)
    if (record === undefined) return
    this.#reload = this.#carry(record)
    this.#reload.resume()
  }

  /** What a reload from now on starts from. */
  declared(slots: readonly Slot[]): void {
    this.#seating.declared = slots
  }

  begin(wish: ReloadWish): void {
    const { next, slots, by, cause, why, done } = wish
    if (this.#reload !== undefined) return this.#queue(wish)
    const { clock } = this.#site.ports
    this.#seating.next = next
    this.#done = done
    const pending = this.#running().filter((slot) => slots?.includes(slot) ?? true)
    const proveMs = Math.max(...this.#seating.declared.map(({ spec }) => spec.minUptimeMs), 0)
    const record: ReloadRecord = {
      id: uniqueId(),
      phase: 'idle',
      memory: newReload(pending, { proveMs, canGoBack: next !== undefined }),
      startedAt: clock.date().getTime(),
      isRedeclared: next !== undefined,
      ...(by === undefined ? {} : { by }),
      ...(cause === undefined ? {} : { cause }),
      ...(why === undefined ? {} : { why }),
    }
    this.#reload = this.#carry(record)
    this.#reload.begin()
  }

  /** One that an earlier manager began goes first; of those that wait the newest counts. */
  #queue(wish: ReloadWish): void {
    this.#unqueue('another reload was asked for')
    this.#queued = wish
  }

  #unqueue(why: string): void {
    const queued = this.#queued
    this.#queued = undefined
    if (queued === undefined) return
    const { service, ports } = this.#site
    if (queued.next !== undefined) ports.reloaded(service, false)
    queued.done({ kind: 'halted', why, replaced: 0 })
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
    this.#unqueue(why)
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
    this.#unqueue(why)
    this.#over({ kind: 'halted', why, replaced: 0 })
    this.#save(undefined)
  }

  release(): void {
    this.#reload?.release()
  }

  #carry(record: ReloadRecord): Reload {
    const { service, ports } = this.#site
    const seating = this.#seating
    return new Reload(record, {
      clock: ports.clock,
      hear: this.#hear,
      save: (next, promoted) => this.#save(next, promoted),
      succeed: (slot, revision, isResumed) => seating.succeed(slot, revision, isResumed),
      trust: (slot) => seating.trust(slot),
      promote: (slot) => seating.promote(slot),
      dismiss: (slot, role) => seating.dismiss(slot, role),
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

  #over(outcome: ReloadOutcome): void {
    const { service, ports } = this.#site
    const isNew =
      outcome.kind === 'completed' || (outcome.kind === 'halted' && outcome.replaced > 0)
    const done = this.#done
    const isRedeclared = this.#reload?.record.isRedeclared ?? false
    this.#reload?.release()
    this.#reload = undefined
    this.#done = undefined
    this.#seating.adopt(isNew)
    if (isRedeclared) ports.reloaded(service, isNew)
    done?.(outcome)
  }

  #goOn(): void {
    const queued = this.#queued
    this.#queued = undefined
    if (queued !== undefined) this.begin(queued)
  }

  /** Slots whose instance is not at rest. */
  #running(): readonly number[] {
    const { service, ports } = this.#site
    const declared = this.#seating.declared.map(({ slot }) => slot)
    return declared.filter((slot) => {
      const state = ports.board.view(service, slot)?.state
      return state !== undefined && state !== 'stopped'
    })
  }

  #ledger(): ReturnType<SupervisorPorts['ledger']['load']> {
    return this.#site.ports.ledger.load(this.#site.serviceId)
  }
}

/** In whose name a reload does what it does. */
function askerOf(reload: Reload | undefined): { readonly by?: string; readonly cause?: string } {
  const { by } = reload?.record ?? {}
  const cause = reload?.cause
  return {
    ...(by === undefined ? {} : { by }),
    ...(cause === undefined ? {} : { cause }),
  }
}
