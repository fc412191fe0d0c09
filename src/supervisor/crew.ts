import type { InstanceMessage } from './instance-messages.ts'
import { type Role, type Seat, type SeatedSlot } from './seat.ts'

/** The actor of one seat. */
export interface Child {
  tell(message: InstanceMessage): void
  stop(): void
}

/** Children, as the actor that runs a service keeps them. */
export interface Children {
  /** @param slot the newest there is: an actor that is restarted must not fall back to an older one */
  start(seat: Seat, slot: () => SeatedSlot): Child
}

interface Member {
  readonly slot: SeatedSlot
  readonly child: Child
}

/** The instances of one service, by seat: one a slot, and beside it whoever takes its place or has lost it. */
export class Crew {
  readonly #children: Children
  readonly #members = new Map<Seat, Member>()

  constructor(children: Children) {
    this.#children = children
  }

  get seats(): readonly Seat[] {
    return [...this.#members.keys()]
  }

  /** The slots that have an instance, each once. */
  get slots(): readonly number[] {
    return [...new Set([...this.#members.values()].map(({ slot }) => slot.slot))]
  }

  add(slot: SeatedSlot): void {
    const { seat } = slot
    let first: SeatedSlot | undefined = slot
    const newest = (): SeatedSlot => {
      const begin = first ?? this.#members.get(seat)?.slot ?? slot
      first = undefined
      return begin
    }
    this.#members.set(seat, { slot, child: this.#children.start(seat, newest) })
  }

  /** The seat of a slot that has this role. */
  seatOf(slot: number, role: Role): Seat | undefined {
    const members = [...this.#members.values()]
    return members.find((member) => member.slot.slot === slot && member.slot.role === role)?.slot
      .seat
  }

  at(seat: Seat): SeatedSlot | undefined {
    return this.#members.get(seat)?.slot
  }

  tell(seat: Seat | undefined, message: InstanceMessage): void {
    if (seat !== undefined) this.#members.get(seat)?.child.tell(message)
  }

  /** Changes what a seat knows of its slot. */
  redeclare(seat: Seat, change: Partial<SeatedSlot>): void {
    const member = this.#members.get(seat)
    if (member === undefined) return
    const slot = { ...member.slot, ...change }
    this.#members.set(seat, { ...member, slot })
    member.child.tell({ kind: 'redeclare', slot })
  }

  drop(seat: Seat): void {
    this.#members.get(seat)?.child.stop()
    this.#members.delete(seat)
  }
}
