import type { PendingAsk } from './ask.ts'
import type { Behavior, ChildSpec, Signal } from './behavior.ts'
import { Context, type ContextHost } from './context.ts'
import type { LossReason } from './dead-letters.ts'
import type { Ending, Fault, StopReason } from './ending.ts'
import { always, type Envelope, type Ticket } from './envelope.ts'
import { Family } from './family.ts'
import { Incarnation, type IncarnationHost } from './incarnation.ts'
import type { Kernel } from './kernel.ts'
import { LocalRef, type Target } from './local-ref.ts'
import { Mailbox, type Overtaking } from './mailbox.ts'
import type { FamilyHost, Keeper, Member } from './member.ts'
import type { ActorPath } from './ref.ts'
import type { Runnable } from './scheduler.ts'
import { defaultSupervision } from './supervision.ts'

/**
 * An actor's place in the tree: its mailbox and its incarnations, one after the other.
 *
 *   down ──► starting ──► up ──► ending ──► down ──► … ──► gone
 *
 * While an incarnation is ending its children end first, then it says goodbye. Messages
 * told to the stable ref wait from one incarnation to the next.
 */
export class Cell implements Runnable, Target, Member, FamilyHost, ContextHost, IncarnationHost {
  nextInQueue: Runnable | undefined
  readonly path: ActorPath
  readonly ref: LocalRef
  readonly #kernel: Kernel
  readonly #spec: ChildSpec<never>
  readonly #keeper: Keeper
  readonly #mailbox: Mailbox
  #phase: 'down' | 'starting' | 'up' | 'ending' | 'gone' = 'down'
  #uid = 0
  #isQueued = false
  #stopReason: StopReason | undefined
  #incarnation: Incarnation | undefined
  /** Why the present incarnation is ending. */
  #ending: Ending | undefined
  #hasSaidGoodbye = false
  #family: Family | undefined
  /** The questions that the present incarnation owes an answer. */
  #asks: Set<PendingAsk> | undefined

  constructor(kernel: Kernel, path: ActorPath, spec: ChildSpec<never>, keeper: Keeper) {
    this.nextInQueue = undefined
    this.#kernel = kernel
    this.path = path
    this.#spec = spec
    this.#keeper = keeper
    this.#mailbox = new Mailbox(spec.mailbox)
    this.ref = new LocalRef(this, undefined)
  }

  get uid(): number {
    return this.#uid
  }

  get isGone(): boolean {
    return this.#phase === 'gone'
  }

  get isSupervisor(): boolean {
    return this.#incarnation?.supervision !== undefined
  }

  get #isToBegin(): boolean {
    return this.#phase === 'starting' && !this.#incarnation
  }

  get current(): Envelope | undefined {
    return this.#incarnation?.current
  }

  run(limit: number): void {
    let left = limit
    while (left > 0 && this.#step()) left--
    this.#isQueued = false
    // A new attempt is another turn, or a child that keeps failing would let nobody in.
    if (left === 0 || this.#isToBegin) this.#queue()
  }

  enqueue(message: unknown, ticket: Ticket): boolean {
    if (this.#phase === 'gone') {
      this.lose(message, 'terminated')
      return false
    }
    const lost = this.#mailbox.offer(message, ticket)
    if (lost) return this.#overflow(lost)
    this.#queue()
    return true
  }

  enqueueAsk(message: unknown, ask: PendingAsk): boolean {
    this.#asks ??= new Set()
    this.#asks.add(ask)
    return this.enqueue(message, ask)
  }

  forgetAsk(ask: PendingAsk): void {
    this.#asks?.delete(ask)
  }

  force(message: unknown, ticket: Ticket): void {
    this.#mailbox.force(message, ticket)
    this.#queue()
  }

  overtake(notice: Overtaking, ticket: Ticket): void {
    this.#mailbox.overtake(notice, ticket)
    this.#queue()
  }

  putBack(envelopes: readonly Envelope[]): void {
    this.#mailbox.putBack(envelopes)
    this.#queue()
  }

  lose(message: unknown, reason: LossReason): void {
    this.#kernel.deadLetters.add(reason, this.path, message)
  }

  start(): void {
    this.#phase = 'starting'
    this.#queue()
  }

  stop(reason: StopReason): void {
    this.#stopReason ??= reason
    this.#queue()
  }

  kill(): void {
    this.#family?.kill()
    this.#finish({ kind: 'stopped', reason: 'killed' })
  }

  bury(ending: Ending): void {
    this.#phase = 'gone'
    for (let left = this.#mailbox.shift(); left; left = this.#mailbox.shift()) {
      if (left.ticket.admit() || left.ticket.lostAs) this.lose(left.message, 'terminated')
    }
    this.ref.end(ending)
  }

  started(): void {
    if (this.#phase !== 'starting') return
    this.#phase = 'up'
    this.#kernel.trace?.({ kind: 'up', path: this.path, uid: this.#uid })
    this.#keeper.up()
    this.#queue()
  }

  resumed(): void {
    this.#queue()
  }

  ended(ending: Ending): void {
    if (this.#phase !== 'ending') this.#wind(ending)
    else if (ending.kind === 'fault') this.failedLate(ending)
  }

  failedLate(fault: Fault): void {
    this.#kernel.report({ fault, outcome: 'stopped' })
  }

  spawn(spec: ChildSpec<never>): LocalRef {
    const opts = this.#incarnation?.supervision ?? defaultSupervision
    this.#family ??= new Family(this.#kernel, this, opts)
    return this.#family.add(spec)
  }

  child(id: string): LocalRef | undefined {
    return this.#family?.refOf(id)
  }

  stopChild(id: string): void {
    this.#family?.stop(id)
  }

  createMember(spec: ChildSpec<never>, keeper: Keeper): Member {
    return new Cell(this.#kernel, `${this.path}/${spec.id}`, spec, keeper)
  }

  hear(signal: Signal): void {
    if (this.#incarnation?.hearsSignals) this.overtake({ kind: 'signal', signal }, always)
  }

  familyClosed(): void {
    this.#family = undefined
    this.#queue()
  }

  #queue(): void {
    if (this.#isQueued) return
    this.#isQueued = true
    this.#kernel.scheduler.schedule(this)
  }

  /** Does one thing, or says that there is nothing to be done now. */
  #step(): boolean {
    const live = this.#incarnation
    if (!live) return this.#isToBegin && this.#begin()
    if (live.isBusy) return false
    if (this.#phase === 'ending') return this.#end(live)
    if (this.#stopReason) return this.#wind({ kind: 'stopped', reason: this.#stopReason })
    const overtaking = this.#mailbox.shiftOvertaking()
    if (overtaking) {
      if (overtaking.ticket.admit()) live.overtake(overtaking.notice)
      return true
    }
    return this.#deliver(live)
  }

  #deliver(live: Incarnation): boolean {
    const envelope = this.#mailbox.shift()
    if (!envelope) return false
    const { ticket, message } = envelope
    if (ticket.admit()) live.receive(envelope)
    else if (ticket.lostAs) this.lose(message, ticket.lostAs)
    return true
  }

  #begin(): boolean {
    if (this.#stopReason) {
      this.#finish({ kind: 'stopped', reason: this.#stopReason })
      return false
    }
    this.#uid = this.#kernel.nextUid()
    const context = new Context(this.#kernel, this, new LocalRef(this, this.#uid))
    let behavior: Behavior<unknown, never>
    try {
      behavior = this.#spec.behavior()
    } catch (error) {
      const fault = { path: this.path, during: 'init', error, message: undefined } as const
      this.#finish({ kind: 'fault', ...fault })
      return false
    }
    this.#incarnation = new Incarnation(this, behavior, context)
    this.#incarnation.init()
    return true
  }

  #wind(ending: Ending): boolean {
    this.#phase = 'ending'
    this.#ending = ending
    this.#hasSaidGoodbye = false
    this.#incarnation?.context.close()
    if (this.#family) this.#family.close(reasonBelow(ending))
    else this.#queue()
    return true
  }

  #end(live: Incarnation): boolean {
    if (this.#family || !this.#ending) return false
    if (this.#hasSaidGoodbye) {
      this.#finish(this.#ending)
      return false
    }
    this.#hasSaidGoodbye = true
    live.postStop(this.#ending)
    return true
  }

  #finish(ending: Ending): void {
    const live = this.#incarnation
    live?.over()
    this.#incarnation = undefined
    this.#family = undefined
    this.#stopReason = undefined
    this.#phase = 'down'
    this.#mailbox.forgetOvertaking()
    for (const ask of this.#asks ?? []) ask.fail('terminated')
    this.#asks = undefined
    live?.context.self.end(ending)
    this.#kernel.trace?.({ kind: 'ended', path: this.path, ending })
    this.#keeper.ended(ending)
  }

  #overflow(lost: Envelope): boolean {
    const { isRejecting } = this.#mailbox
    if (!isRejecting) lost.ticket.onDropped?.()
    this.lose(lost.message, isRejecting ? 'mailbox-full' : 'dropped')
    return !isRejecting
  }
}

/** Why the children of an actor that ends like this have to end. */
function reasonBelow(ending: Ending): StopReason {
  const isFailure = ending.kind === 'fault' || ending.reason === 'failure'
  return isFailure ? 'failure' : 'shutdown'
}
