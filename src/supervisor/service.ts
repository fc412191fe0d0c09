import type { Cancel } from '../base/clock.ts'
import type { InstanceView } from '../protocol/views.ts'
import { aggregate } from './aggregate.ts'
import { Crew, type Children } from './crew.ts'
import type { Delivered, Delivery, InstanceCommand, InstanceNews } from './instance-messages.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'
import { seatOf } from './ledger.ts'
import { Reloads, type ReloadWish } from './reloads.ts'
import type { ReloadEvent } from './reload-machine.ts'
import type { Seat } from './seat.ts'

/** All that the supervisor of a service hears. */
export type ServiceMessage =
  | Act
  /** A changed declaration: what the next launch of each slot obeys. */
  | { readonly kind: 'redeclare'; readonly slots: readonly Slot[] }
  | {
      readonly kind: 'remove'
      readonly graceMs?: number
      readonly by?: string
      readonly cause?: string
      /** Told of those that could not be stopped: they are kept, and so is the service then. */
      readonly done: (stuck: readonly InstanceView[]) => void
    }
  | ({ readonly kind: 'reload' } & ReloadWish)
  | { readonly kind: 'reloading'; readonly event: ReloadEvent }
  | Send
  | { readonly kind: 'news'; readonly news: InstanceNews }
  /** `isForced`: also when it was told before. */
  | { readonly kind: 'tell-state'; readonly isForced: boolean }
  | { readonly kind: 'gone'; readonly seat: Seat; readonly slot: number }

/** What somebody, or the group, wants of some slots; none named means all. */
export interface Act {
  readonly kind: 'act'
  readonly event: InstanceCommand
  readonly slots?: readonly number[]
  readonly by?: string
  readonly cause?: string
  readonly done?: (views: readonly InstanceView[]) => void
}

/** Something for the processes themselves. */
export interface Send {
  readonly kind: 'send'
  readonly what: Delivery
  readonly slots?: readonly number[]
  /** By slot. */
  readonly done: (came: ReadonlyMap<number, Delivered>) => void
}

interface Outside {
  readonly hear: (message: ServiceMessage) => void
  readonly children: Children
  /** A member failed by itself: its group may want others to restart. */
  readonly failed: (cause: string | undefined) => void
}

/** What is declared, and what a reload that is under way makes of it. */
export interface Declared {
  readonly slots: readonly Slot[]
  readonly next?: readonly Slot[] | undefined
}

/** The aggregate is announced at most this often. */
const stateEveryMs = 200

/**
 * The supervisor of one service: it owns the slots, passes commands to them, and
 * says how the service as a whole stands.
 */
export class Service {
  readonly name: string
  readonly #ports: SupervisorPorts
  readonly #outside: Outside
  readonly #crew: Crew
  readonly #reloads: Reloads
  /** Slots that are no longer declared: nobody's command reaches them any more. */
  readonly #leaving = new Set<number>()
  #lastState = ''
  #pending: Cancel | undefined
  #cause: string | undefined

  constructor({ slots, next }: Declared, ports: SupervisorPorts, outside: Outside) {
    const [first] = slots
    this.name = first?.spec.name ?? ''
    this.#ports = ports
    this.#outside = outside
    this.#crew = new Crew(outside.children)
    const serviceId = first?.serviceId ?? ''
    this.#reloads = new Reloads({ service: this.name, serviceId, ports }, this.#crew, (event) =>
      outside.hear({ kind: 'reloading', event }),
    )
    this.#reloads.seat({ slots, next })
  }

  take(message: ServiceMessage): void {
    switch (message.kind) {
      case 'act':
        return this.#command(message)
      case 'redeclare':
        return this.#redeclare(message.slots)
      case 'remove':
        return this.#remove(message)
      case 'reload':
        return this.#reloads.begin(message)
      case 'reloading':
        return this.#reloads.take(message.event)
      case 'send':
        return this.#send(message)
      case 'news':
        return this.#hear(message.news)
      case 'tell-state':
        return this.#tellState(message.isForced)
      case 'gone':
        return this.#drop(message)
    }
  }

  release(): void {
    this.#pending?.()
    this.#reloads.release()
  }

  /** Whoever wants something else of the service does not wait for a reload. */
  #command(act: Act): void {
    const { kind } = act.event
    if (kind === 'stop' || kind === 'restart') this.#reloads.halt(`a ${kind} was asked for`)
    this.#act(act, this.#chosen(act.slots))
  }

  #chosen(slots: readonly number[] | undefined): readonly Seat[] {
    const wanted = slots ?? this.#crew.slots.filter((slot) => !this.#leaving.has(slot))
    return wanted.flatMap((slot) => this.#crew.seatOf(slot, 'current') ?? [])
  }

  #act({ event, by, cause, done }: Act, seats: readonly Seat[]): void {
    const views: InstanceView[] = []
    if (seats.length === 0) return done?.([])
    for (const seat of seats) {
      this.#crew.tell(seat, {
        kind: 'command',
        event,
        ...(by === undefined ? {} : { by }),
        ...(cause === undefined ? {} : { cause }),
        done: (view) => {
          views.push(view)
          if (views.length === seats.length) done?.(views.toSorted((a, b) => a.slot - b.slot))
        },
      })
    }
  }

  #send({ what, slots, done }: Send): void {
    const seats = this.#chosen(slots)
    const came = new Map<number, Delivered>()
    let left = seats.length
    if (left === 0) return done(came)
    for (const seat of seats) {
      const answered = (what: Delivered): void => {
        const slot = this.#crew.at(seat)?.slot
        if (slot !== undefined) came.set(slot, what)
        left -= 1
        if (left === 0) done(came)
      }
      this.#crew.tell(seat, { kind: 'send', what, done: answered })
    }
  }

  #redeclare(slots: readonly Slot[]): void {
    const kept = new Set(slots.map(({ slot }) => slot))
    for (const slot of slots) {
      this.#leaving.delete(slot.slot)
      const seat = this.#crew.seatOf(slot.slot, 'current')
      if (seat !== undefined) this.#crew.redeclare(seat, slot)
      else this.#add(slot)
    }
    for (const slot of this.#crew.slots) {
      if (!kept.has(slot)) this.#leave(slot)
    }
    this.#reloads.declared(slots)
  }

  #add(slot: Slot): void {
    const seat = seatOf(this.#ports.ledger.load(slot.serviceId), slot.slot)
    this.#crew.add({ ...slot, seat, role: 'current', isListenerAwaited: false })
  }

  /** One that is declared again meanwhile, or cannot be stopped, stays in sight. */
  #leave(slot: number): void {
    this.#leaving.add(slot)
    this.#act({ kind: 'act', event: { kind: 'retire' } }, this.#chosen([slot]))
    this.#crew.tell(this.#crew.seatOf(slot, 'successor'), {
      kind: 'command',
      event: { kind: 'stop' },
    })
  }

  #remove({ by, cause, graceMs, done }: Extract<ServiceMessage, { kind: 'remove' }>): void {
    this.#reloads.abandon('the service is deleted')
    const stopped = (views: readonly InstanceView[]): void => {
      const stuck = views.filter(({ state }) => state !== 'stopped')
      if (stuck.length > 0) return done(stuck)
      for (const slot of this.#crew.slots) this.#leaving.add(slot)
      for (const seat of this.#crew.seats) {
        const { slot } = this.#crew.at(seat) ?? {}
        if (slot !== undefined) this.#outside.hear({ kind: 'gone', seat, slot })
      }
      done([])
    }
    const act: Act = {
      kind: 'act',
      event: { kind: 'stop', ...(graceMs === undefined ? {} : { graceMs }) },
      ...(by === undefined ? {} : { by }),
      ...(cause === undefined ? {} : { cause }),
      done: stopped,
    }
    // All of them, also those that leave already: whoever lets go of a process must know it gone.
    this.#act(act, this.#crew.seats)
  }

  #drop({ seat, slot }: { readonly seat: Seat; readonly slot: number }): void {
    // Declared again since that was said.
    if (!this.#leaving.has(slot)) return
    this.#crew.drop(seat)
    if (this.#crew.slots.includes(slot)) return
    this.#leaving.delete(slot)
    this.#ports.board.drop(this.name, slot)
  }

  #hear(news: InstanceNews): void {
    const { slot, seat, state, hasFailed, cause, role } = news
    this.#cause = cause
    this.#reloads.hear(news)
    if (state === 'stopped' && this.#leaving.has(slot)) {
      this.#outside.hear({ kind: 'gone', seat, slot })
    }
    if (hasFailed && role === 'current') this.#outside.failed(cause)
    this.#pending ??= this.#ports.clock.after(stateEveryMs, () =>
      this.#outside.hear({ kind: 'tell-state', isForced: false }),
    )
  }

  /** Coalesced: what lies between two tellings was told by the instances' own events. */
  #tellState(isForced: boolean): void {
    this.#pending?.()
    this.#pending = undefined
    const views = this.#crew.slots.flatMap((slot) => {
      const view = this.#ports.board.view(this.name, slot)
      return view === undefined ? [] : [view]
    })
    const data = aggregate(views)
    const state = JSON.stringify(data)
    if (state === this.#lastState && !isForced) return
    this.#lastState = state
    this.#ports.announce({
      type: 'service.state',
      service: this.name,
      data,
      ...(this.#cause === undefined ? {} : { cause: this.#cause }),
    })
  }
}
