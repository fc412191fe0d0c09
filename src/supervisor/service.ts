import type { Cancel } from '../base/clock.ts'
import type { InstanceView } from '../protocol/views.ts'
import { aggregate } from './aggregate.ts'
import type { InstanceCommand, InstanceMessage, InstanceNews } from './instance.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'

export type ServiceMessage =
  | Act
  /** A changed declaration: what the next launch of each slot obeys. */
  | { readonly kind: 'redeclare'; readonly slots: readonly Slot[] }
  | {
      readonly kind: 'remove'
      readonly by?: string
      readonly cause?: string
      /** Told of those that could not be stopped: they are kept, and so is the service then. */
      readonly done: (stuck: readonly InstanceView[]) => void
    }
  | { readonly kind: 'news'; readonly news: InstanceNews }
  /** `isForced`: also when it was told before. */
  | { readonly kind: 'tell-state'; readonly isForced: boolean }
  | { readonly kind: 'gone'; readonly slot: number }

/** What somebody, or the group, wants of some slots; none named means all. */
export interface Act {
  readonly kind: 'act'
  readonly event: InstanceCommand
  readonly slots?: readonly number[]
  readonly by?: string
  readonly cause?: string
  readonly done?: (views: readonly InstanceView[]) => void
}

/** Children, as the actor that runs this service keeps them. */
export interface Children {
  start(slot: Slot): { tell(message: InstanceMessage): void; stop(): void }
}

interface Outside {
  readonly hear: (message: ServiceMessage) => void
  readonly children: Children
  /** A member failed by itself: its group may want others to restart. */
  readonly failed: (service: string, cause: string | undefined) => void
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
  readonly #children = new Map<number, { slot: Slot; child: ReturnType<Children['start']> }>()
  /** Slots that are no longer declared: nobody's command reaches them any more. */
  readonly #retiring = new Set<number>()
  #lastState = ''
  #pending: Cancel | undefined
  #cause: string | undefined

  constructor(slots: readonly Slot[], ports: SupervisorPorts, outside: Outside) {
    this.name = slots[0]?.spec.name ?? ''
    this.#ports = ports
    this.#outside = outside
    for (const slot of slots) this.#add(slot)
  }

  take(message: ServiceMessage): void {
    switch (message.kind) {
      case 'act':
        return this.#act(message)
      case 'redeclare':
        return this.#redeclare(message.slots)
      case 'remove':
        return this.#remove(message)
      case 'news':
        return this.#hear(message.news)
      case 'tell-state':
        return this.#tellState(message.isForced)
      case 'gone':
        return this.#drop(message.slot)
    }
  }

  release(): void {
    this.#pending?.()
  }

  #add(slot: Slot): void {
    this.#children.set(slot.slot, { slot, child: this.#outside.children.start(slot) })
  }

  #act({ event, slots, by, cause, done }: Act): void {
    const chosen = [...this.#children]
      .filter(([slot]) => (slots === undefined ? !this.#retiring.has(slot) : slots.includes(slot)))
      .map(([, { child }]) => child)
    const views: InstanceView[] = []
    if (chosen.length === 0) return done?.([])
    for (const child of chosen) {
      child.tell({
        kind: 'command',
        event,
        ...(by === undefined ? {} : { by }),
        ...(cause === undefined ? {} : { cause }),
        done: (view) => {
          views.push(view)
          if (views.length === chosen.length) done?.(views.toSorted((a, b) => a.slot - b.slot))
        },
      })
    }
  }

  #redeclare(slots: readonly Slot[]): void {
    const kept = new Set(slots.map(({ slot }) => slot))
    for (const slot of slots) {
      this.#retiring.delete(slot.slot)
      const known = this.#children.get(slot.slot)
      if (known === undefined) this.#add(slot)
      else {
        known.slot = slot
        known.child.tell({ kind: 'redeclare', slot })
      }
    }
    for (const slot of this.#children.keys()) {
      if (!kept.has(slot)) this.#retire(slot)
    }
  }

  /** One that is declared again meanwhile, or cannot be stopped, stays in sight. */
  #retire(slot: number): void {
    this.#retiring.add(slot)
    this.#act({ kind: 'act', event: { kind: 'stop' }, slots: [slot] })
  }

  #remove({ by, cause, done }: Extract<ServiceMessage, { kind: 'remove' }>): void {
    this.#act({
      kind: 'act',
      event: { kind: 'stop' },
      // All of them, also those that retire already: whoever lets go of a process must know it gone.
      slots: [...this.#children.keys()],
      ...(by === undefined ? {} : { by }),
      ...(cause === undefined ? {} : { cause }),
      done: (views) => {
        const stuck = views.filter(({ state }) => state !== 'stopped')
        if (stuck.length > 0) return done(stuck)
        for (const slot of this.#children.keys()) {
          this.#retiring.add(slot)
          this.#outside.hear({ kind: 'gone', slot })
        }
        done([])
      },
    })
  }

  #drop(slot: number): void {
    // Declared again since that was said.
    if (!this.#retiring.has(slot)) return
    this.#children.get(slot)?.child.stop()
    this.#children.delete(slot)
    this.#retiring.delete(slot)
    this.#ports.board.drop(this.name, slot)
  }

  #hear({ slot, state, hasFailed, cause }: InstanceNews): void {
    this.#cause = cause
    if (state === 'stopped' && this.#retiring.has(slot)) this.#outside.hear({ kind: 'gone', slot })
    if (hasFailed) this.#outside.failed(this.name, cause)
    this.#pending ??= this.#ports.clock.after(stateEveryMs, () =>
      this.#outside.hear({ kind: 'tell-state', isForced: false }),
    )
  }

  /** Coalesced: what lies between two tellings was told by the instances' own events. */
  #tellState(isForced: boolean): void {
    this.#pending?.()
    this.#pending = undefined
    const views = [...this.#children.keys()].flatMap((slot) => {
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
