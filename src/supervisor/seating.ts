import type { Crew } from './crew.ts'
import type { InstanceMessage } from './instance-messages.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'
import {
  emptySlot,
  entryOf,
  lastLaunchOf,
  type ReloadRecord,
  seatOf,
  type ServiceLedger,
  withEntry,
} from './ledger.ts'
import { type ReloadEvent, runsNew } from './reload-machine.ts'
import { otherSeat, type Role } from './seat.ts'

interface Site {
  readonly serviceId: string
  readonly ports: SupervisorPorts
}

interface Outside {
  /** Back through the mailbox of the service. */
  readonly hear: (event: ReloadEvent) => void
  /** In whose name instances are commanded. */
  readonly asker: () => { readonly by?: string; readonly cause?: string }
}

type Command = Extract<InstanceMessage, { kind: 'command' }>['event']

const gone: ReloadEvent = { kind: 'gone', forced: 0 }

/** Who sits where in a service: the seats of its slots, and who takes or leaves them in a reload. */
export class Seating {
  readonly #site: Site
  readonly #crew: Crew
  readonly #outside: Outside
  /** What the service is declared to be. */
  declared: readonly Slot[] = []
  /** What the reload that is under way makes of it. */
  next: readonly Slot[] | undefined

  constructor(site: Site, crew: Crew, outside: Outside) {
    this.#site = site
    this.#crew = crew
    this.#outside = outside
  }

  /** Gives every slot its instance, as a reload that may be under way has left them. */
  seat(
    {
      slots,
      next,
    }: { readonly slots: readonly Slot[]; readonly next: readonly Slot[] | undefined },
    record: ReloadRecord | undefined,
  ): void {
    this.declared = slots
    this.next = next
    for (const slot of slots) {
      const isNew = record !== undefined && runsNew(record.phase, record.memory, slot.slot)
      this.#sit(isNew ? this.#revised(slot, 'new') : slot, 'current')
      this.#clear(slot, record)
    }
  }

  /** Starts a copy of a slot beside the one that runs, or goes on with the one that was started. */
  succeed(number: number, revision: 'new' | 'old', isResumed: boolean): void {
    const slot = this.#slotOf(number)
    // It was scaled away meanwhile.
    if (slot === undefined) return this.#fail(`#${number} is not declared any more`)
    const seat = otherSeat(seatOf(this.#ledger(), number))
    const sitting = this.#crew.at(seat)
    if (sitting?.role === 'retired') {
      return this.#fail(`the process that #${number} had before cannot be ended`)
    }
    if (!isResumed && sitting === undefined) this.#openEntry(slot)
    const revised = this.#revised(slot, revision)
    const successor = {
      ...revised,
      seat,
      role: 'successor',
      // One that was only just started may not have come that far.
      isListenerAwaited: Object.values(this.#ledger().slots).some((entry) => entry.isListening),
    } as const
    if (sitting === undefined) {
      this.#crew.add({ ...successor, wanted: isResumed ? 'up' : 'down' })
    }
    this.#crew.redeclare(seat, { ...successor, wanted: 'up' })
    this.#command(seat, { kind: 'start', isAutomatic: false })
  }

  /** The successor of a slot, or who was that, gets its share of the work from now on. */
  trust(slot: number): void {
    const seat = this.#crew.seatOf(slot, 'successor') ?? this.#crew.seatOf(slot, 'current')
    if (seat !== undefined) this.#crew.redeclare(seat, { isTrusted: true })
  }

  /** The successor is the slot's own; the other one is to finish and go. */
  promote(slot: number): void {
    const old = this.#crew.seatOf(slot, 'current')
    const successor = this.#crew.seatOf(slot, 'successor')
    if (old !== undefined) this.#crew.redeclare(old, { role: 'retired' })
    const promoted = { role: 'current', wanted: 'up', isTrusted: true } as const
    if (successor !== undefined) this.#crew.redeclare(successor, promoted)
    if (old === undefined) this.#outside.hear(gone)
    else this.#command(old, { kind: 'retire' })
  }

  /** Ends the successor, or whoever lost its seat, as it was under way already. */
  dismiss(number: number, role: Exclude<Role, 'current'>): void {
    const slot = this.#slotOf(number)
    if (slot === undefined) return this.#outside.hear(gone)
    if (this.#crew.seatOf(number, role) === undefined) {
      const seat = otherSeat(seatOf(this.#ledger(), number))
      // Whoever sits there is somebody else: the one that is meant never came.
      if (this.#crew.at(seat) !== undefined) return this.#outside.hear(gone)
      this.#sit({ ...slot, wanted: 'down' }, role)
    }
    const seat = this.#crew.seatOf(number, role)
    if (seat !== undefined) this.#command(seat, { kind: role === 'retired' ? 'retire' : 'stop' })
  }

  /** The reload is over: who comes next starts from what it made of the service. */
  adopt(isNew: boolean): void {
    if (isNew) this.declared = this.declared.map((slot) => this.#revised(slot, 'new'))
    this.next = undefined
  }

  #fail(why: string): void {
    this.#outside.hear({ kind: 'failed', why })
  }

  /** A successor counts on from the launches of its slot, and knows nothing of failures. */
  #openEntry({ slot }: Slot): void {
    const { serviceId, ports } = this.#site
    const ledger = this.#ledger()
    const own = seatOf(ledger, slot)
    const entry = {
      ...emptySlot,
      incarnation: lastLaunchOf(ledger, slot),
      restarts: entryOf(ledger, own).restarts + 1,
      why: 'not tried yet',
    }
    ports.ledger.save(serviceId, withEntry(ledger, otherSeat(own), entry))
  }

  /** A process in the other seat, which no reload knows of: its slot has another already. */
  #clear(slot: Slot, record: ReloadRecord | undefined): void {
    const { serviceId, ports } = this.#site
    const seat = otherSeat(seatOf(this.#ledger(), slot.slot))
    const isInWork = record !== undefined && record.memory.pending[0] === slot.slot
    if (!isInWork && ports.inheritance.has(serviceId, seat)) this.dismiss(slot.slot, 'retired')
  }

  #sit(slot: Slot, role: Role): void {
    const own = seatOf(this.#ledger(), slot.slot)
    const seat = role === 'current' ? own : otherSeat(own)
    this.#crew.add({ ...slot, seat, role, isListenerAwaited: false })
  }

  #command(seat: string, event: Command): void {
    this.#crew.tell(seat, { kind: 'command', event, ...this.#outside.asker() })
  }

  #slotOf(slot: number): Slot | undefined {
    return this.declared.find((each) => each.slot === slot)
  }

  #revised(slot: Slot, revision: 'new' | 'old'): Slot {
    const next = this.next?.find((each) => each.slot === slot.slot)
    return revision === 'new' ? { ...slot, ...next, wanted: slot.wanted } : slot
  }

  #ledger(): ServiceLedger {
    return this.#site.ports.ledger.load(this.#site.serviceId)
  }
}
