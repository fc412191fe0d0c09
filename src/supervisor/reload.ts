import type { Cancel, Clock, Millis } from '../base/clock.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { InstanceNews } from './instance-messages.ts'
import type { ReloadRecord } from './ledger.ts'
import {
  type ReloadEffect,
  type ReloadEvent,
  type ReloadOutcome,
  stepReload,
} from './reload-machine.ts'
import { reloadEventOf } from './reload-news.ts'
import type { Role } from './seat.ts'

/** What a reload does to its service. */
export interface ReloadPorts {
  readonly clock: Clock
  /** Back through the mailbox of the service. */
  readonly hear: (event: ReloadEvent) => void
  /** Writes how far it is, before what follows from it is done; with `promoted`, that this slot has changed its seat. */
  save(record: ReloadRecord | undefined, promoted?: number): void
  /** Starts a copy of a slot beside the one that runs, or goes on with the one that was started. */
  succeed(slot: number, revision: 'new' | 'old', isResumed: boolean): void
  /** The successor gets its share of the work from now on. */
  trust(slot: number): void
  /** The successor is the slot's own; the other one is to finish and go. */
  promote(slot: number): void
  /** Ends the successor, or whoever lost its seat, as it was under way already. */
  dismiss(slot: number, role: Exclude<Role, 'current'>): void
  /** Returns the id of the event. */
  announce(draft: Omit<EventDraft, 'service'>): string
  /** What it led to; the record of it goes after that. */
  over(outcome: ReloadOutcome): void
  /** Nothing of it is left. */
  ended(): void
}

/** Carries one reload of a service through, step by step, and on from where an earlier manager left it. */
export class Reload {
  readonly #ports: ReloadPorts
  #record: ReloadRecord
  #stopProving: Cancel = () => {}
  #cause: string | undefined

  constructor(record: ReloadRecord, ports: ReloadPorts) {
    this.#record = record
    this.#ports = ports
  }

  /** The newest event of it: what it does to instances follows from that. */
  get cause(): string | undefined {
    return this.#cause ?? this.#record.cause
  }

  get record(): ReloadRecord {
    return this.#record
  }

  begin(): void {
    const { id: reloadId, memory, isRedeclared, why } = this.#record
    const reason = why === undefined ? {} : { why }
    const data = { reloadId, slots: memory.pending, isRedeclared, ...reason }
    this.#announce({ type: 'reload.started', data })
    this.take({ kind: 'begin' })
  }

  /** Goes on from what stands on disk. */
  resume(): void {
    const { phase, memory, outcome } = this.#record
    const [slot = 0] = memory.pending
    const revision = memory.direction === 'forward' ? 'new' : 'old'
    switch (phase) {
      case 'idle':
        return this.take({ kind: 'begin' })
      case 'starting':
        return this.#ports.succeed(slot, revision, true)
      case 'proving':
        this.#ports.succeed(slot, revision, true)
        return this.#prove(memory.proveMs)
      case 'retiring':
        this.#ports.trust(slot)
        return this.#ports.dismiss(slot, 'retired')
      case 'discarding':
        return this.#ports.dismiss(slot, 'successor')
      case 'over':
        return outcome && this.#finish(outcome)
    }
  }

  take(event: ReloadEvent): void {
    const { phase, memory, effects } = stepReload(this.#record.phase, event, this.#record.memory)
    const finish = effects.find((effect) => effect.do === 'finish')
    const promoted = effects.find((effect) => effect.do === 'promote')
    this.#record = { ...this.#record, phase, memory, ...(finish && { outcome: finish.outcome }) }
    this.#ports.save(this.#record, promoted?.slot)
    for (const effect of effects) this.#perform(effect)
  }

  /** Lets go, without touching anything. */
  release(): void {
    this.#stopProving()
  }

  /** What an instance of the service says may be what is being waited for. */
  hear(news: InstanceNews): void {
    const { phase, memory } = this.#record
    const event = reloadEventOf(news, phase, memory)
    if (event !== undefined) this.take(event)
  }

  #perform(effect: ReloadEffect): void {
    const { id: reloadId } = this.#record
    switch (effect.do) {
      case 'begin':
        return this.#ports.succeed(effect.slot, effect.revision, false)
      case 'prove':
        return this.#prove(effect.ms)
      case 'stopProving':
        return this.#stopProving()
      case 'trust':
        return this.#ports.trust(effect.slot)
      case 'promote':
        return this.#ports.promote(effect.slot)
      case 'discard':
        return this.#ports.dismiss(effect.slot, 'successor')
      case 'step': {
        const { slot, replaced, total } = effect
        return this.#announce({ type: 'reload.step', data: { reloadId, slot, replaced, total } })
      }
      case 'finish':
        return this.#finish(effect.outcome)
    }
  }

  #prove(ms: Millis): void {
    const { clock, hear } = this.#ports
    const timers = [
      clock.after(ms / 2, () => hear({ kind: 'half-proven' })),
      clock.after(ms, () => hear({ kind: 'proven' })),
    ]
    this.#stopProving = () => timers.forEach((cancel) => cancel())
  }

  #finish(outcome: ReloadOutcome): void {
    const { id: reloadId, startedAt } = this.#record
    const ms = Math.max(0, this.#ports.clock.date().getTime() - startedAt)
    const { kind, ...said } = outcome
    const types = {
      completed: 'reload.completed',
      'rolled-back': 'reload.rolled_back',
      halted: 'reload.halted',
    } as const
    // An outcome pairs its kind with what it says; the spread loses the pairing.
    this.#announce({ type: types[kind], data: { reloadId, ms, ...said } } as EventDraft)
    this.#ports.over(outcome)
    this.#ports.save(undefined)
    this.#ports.ended()
  }

  #announce(draft: Omit<EventDraft, 'service'>): void {
    const { by } = this.#record
    const { cause } = this
    this.#cause = this.#ports.announce({
      ...draft,
      ...(by === undefined ? {} : { by }),
      ...(cause === undefined ? {} : { cause }),
    })
  }
}
