import type { Cancel } from '../base/clock.ts'
import type { PreparedLaunch } from '../process/host.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { InstanceState, InstanceView } from '../protocol/views.ts'
import { Causes } from './causes.ts'
import {
  type Announcement,
  type Effect,
  type Event,
  type Memory,
  step,
} from './instance-machine.ts'
import type { ProcessNews, SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'
import { settingsOf } from './policy-of.ts'
import {
  type Adoption,
  type Beginning,
  beginningOf,
  type Standing,
  type Times,
} from './remembered.ts'
import { isOfProcess, SlotProcess } from './slot-process.ts'
import { launching, SlotRecord } from './slot-record.ts'
import { type TimerMessage, Timers } from './timers.ts'
import { untoldExit } from './untold.ts'

export type InstanceCommand = Extract<
  Event,
  { kind: 'start' | 'stop' | 'restart' | 'giveUp' | 'hasten' }
>

export type InstanceMessage =
  | {
      readonly kind: 'command'
      readonly event: InstanceCommand
      readonly by?: string
      readonly cause?: string
      /** Called once the command has led somewhere: up, down, or given up. */
      readonly done?: (view: InstanceView) => void
    }
  /** The answer to something asked for in launch number `launch`; a stale one is dropped. */
  | { readonly kind: 'event'; readonly launch: number; readonly event: Event }
  | TimerMessage
  | { readonly kind: 'prepared'; readonly launch: number; readonly prepared: PreparedLaunch }
  | { readonly kind: 'redeclare'; readonly slot: Slot }
  | ProcessNews

/** Told to the service after every step: what a group's strategy reacts to. */
export interface InstanceNews {
  readonly slot: number
  readonly state: InstanceState
  /** The process ended although nobody had asked for it, and is to be started again or was given up. */
  readonly hasFailed: boolean
  readonly cause: string | undefined
}

interface Outside {
  /** Puts a message into the mailbox of the actor that runs this instance. */
  readonly hear: (message: InstanceMessage) => void
  readonly changed: (news: InstanceNews) => void
}

/** A command has led somewhere. */
const settled: readonly InstanceState[] = ['online', 'stopped', 'backoff', 'errored', 'stuck']
/** It was to run, and does not. */
const failed: readonly InstanceState[] = ['backoff', 'errored']
/**
 * Runs {@link step} against a real process: messages in, effects out.
 *
 * Its owner is an actor, so {@link take} is never re-entered; whatever takes time comes back as a message.
 */
export class Instance {
  readonly #ports: SupervisorPorts
  readonly #outside: Outside
  readonly #process: SlotProcess
  readonly #timers: Timers
  readonly #record: SlotRecord
  #slot: Slot
  #state: InstanceState
  #memory: Memory
  #launch: number
  #times: Times
  #adoption: Adoption | undefined
  readonly #causes = new Causes()
  #leaveGate: Cancel = () => {}
  #waiting: ((view: InstanceView) => void)[] = []

  constructor(slot: Slot, ports: SupervisorPorts, outside: Outside) {
    this.#slot = slot
    this.#ports = ports
    this.#outside = outside
    this.#process = new SlotProcess(slot, ports, outside.hear)
    this.#timers = new Timers(ports.clock, outside.hear)
    this.#record = new SlotRecord(ports.ledger)
    const beginning = beginningOf(slot, ports.ledger.load(slot.serviceId), ports)
    this.#state = beginning.state
    this.#memory = beginning.memory
    this.#launch = beginning.launch
    this.#times = beginning.times
    this.#adoption = beginning.adoption
    this.#tellUntold(beginning)
    this.#process.forget(beginning.leftover)
    for (const { timer, ms } of beginning.timers) this.#timers.arm(timer, ms)
    for (const event of beginning.events) this.#step(event)
    this.#show()
  }

  take(message: InstanceMessage): void {
    switch (message.kind) {
      case 'command':
        return this.#command(message)
      case 'event':
        return this.#ifCurrent(message.launch, () => this.#step(message.event))
      case 'timer':
        if (this.#timers.take(message)) this.#step({ kind: message.timer })
        return
      case 'prepared':
        return this.#ifCurrent(message.launch, () => {
          this.#process.isReady(message.prepared)
          this.#step({ kind: 'prepared' })
        })
      case 'redeclare':
        this.#slot = message.slot
        this.#memory = { ...this.#memory, ...settingsOf(message.slot.spec) }
        return this.#show()
      case 'alive':
        return this.#ifCurrent(message.launch, () => this.#born(message.pid))
      case 'gone':
        return this.#ifCurrent(message.launch, () => this.#gone(message))
    }
  }

  /** Lets go of everything without touching the process: what a fault or the end of a manager asks for. */
  release(): void {
    this.#leaveGate()
    this.#timers.clear()
  }

  #tellUntold({ leftover }: Beginning): void {
    const { ledger, isTold, announce } = this.#ports
    const known = ledger.load(this.#slot.serviceId)
    const draft = untoldExit(leftover, this.#slot, known, isTold)
    if (draft !== undefined) this.#causes.follow(announce(draft))
  }

  #command({ event, by, cause, done }: Extract<InstanceMessage, { kind: 'command' }>): void {
    if (done !== undefined) this.#waiting.push(done)
    this.#causes.answering({ by, cause }, () => this.#step(event))
  }

  /** What an earlier launch still has to say is of no use to this one. */
  #ifCurrent(launch: number, act: () => void): void {
    if (launch === this.#launch) act()
  }

  #born(pid: number): void {
    const isLate = this.#state === 'adopting'
    this.#step(isLate ? { kind: 'adopted', pid, gapMs: 0, readyForMs: 0 } : { kind: 'alive', pid })
  }

  #gone({ launch, exit, at, isLate }: Extract<ProcessNews, { kind: 'gone' }>): void {
    const { wanted, isAgain, pid } = this.#memory
    this.#process.bury(launch, exit, at, {
      isCommanded: wanted === 'down' || isAgain,
      observedLate: isLate,
      times: this.#times,
      isSwept: this.#slot.spec.treekill,
      ...(pid === undefined ? {} : { pid }),
    })
  }

  #step(event: Event): void {
    const { clock, random } = this.#ports
    const moment = { now: clock.now(), wall: clock.date().getTime(), random }
    const before = this.#state
    const next = step(before, event, this.#memory, moment)
    this.#state = next.state
    this.#memory = next.memory
    if (event.kind === 'exited' && before === 'online') this.#causes.follow(undefined)
    if (next.state === 'online' && before !== 'online') {
      // Who was adopted is online since the manager before said so.
      const since = event.kind === 'adopted' ? this.#times.onlineAt : undefined
      this.#times = { ...this.#times, onlineAt: since ?? moment.wall }
    }
    // The ledger says what is so before anybody hears of it.
    this.#record.note(this.#slot, this.#standing(), event)
    for (const effect of next.effects) this.#perform(effect)
    this.#tidy(event, before)
  }

  #tidy(event: Event, before: InstanceState): void {
    const isOver = event.kind === 'exited' || (event.kind === 'swept' && before === 'stuck')
    if (isOver && this.#state !== 'stuck') this.#process.settle()
    if (!launching.includes(this.#state)) this.#leaveGate()
    this.#show()
    // What was given up by its group has not failed by itself.
    const isWanted = this.#memory.wanted === 'up'
    const hasFailed = isWanted && this.#state !== before && failed.includes(this.#state)
    this.#outside.changed({
      slot: this.#slot.slot,
      state: this.#state,
      hasFailed,
      cause: this.#causes.last,
    })
    this.#answer()
  }

  #perform(effect: Effect): void {
    if (isOfProcess(effect)) return this.#process.perform(effect, this.#launch)
    switch (effect.do) {
      case 'askGate':
        return this.#askGate(effect.isAutomatic)
      case 'prepare':
        return this.#prepare()
      case 'adopt':
        return this.#adopt()
      case 'arm':
        return this.#timers.arm(effect.timer, effect.ms)
      case 'disarm':
        return this.#timers.disarm(effect.timer)
      case 'announce':
        return this.#announce(effect)
    }
  }

  #adopt(): void {
    const adoption = this.#adoption
    this.#adoption = undefined
    if (adoption !== undefined) this.#process.adopt(adoption, this.#launch, this.#times.onlineAt)
  }

  #askGate(isAutomatic: boolean): void {
    const launch = this.#launch
    this.#leaveGate()
    this.#leaveGate = this.#ports.gate.ask(isAutomatic, () =>
      this.#outside.hear({ kind: 'event', launch, event: { kind: 'gateOpen' } }),
    )
  }

  #prepare(): void {
    this.#launch += 1
    this.#times = { launchedAt: this.#ports.clock.date().getTime() }
    this.#record.begin(this.#slot, this.#standing())
    this.#process.prepare(this.#slot, this.#launch)
  }

  #announce({ type, data }: Announcement): void {
    const draft = {
      type,
      data,
      service: this.#slot.spec.name,
      slot: this.#slot.slot,
      incarnation: this.#launch,
      state: this.#state,
      ...this.#causes.of(type),
    }
    // An announcement pairs its type with its data; the spread loses the pairing.
    this.#causes.follow(this.#ports.announce(draft as EventDraft))
  }

  #show(): void {
    this.#ports.board.show(this.#view())
  }

  #answer(): void {
    if (!settled.includes(this.#state)) return
    this.#causes.settle()
    if (this.#waiting.length === 0) return
    const view = this.#view()
    const waiting = this.#waiting
    this.#waiting = []
    for (const done of waiting) done(view)
  }

  #view(): InstanceView {
    return this.#record.view(this.#slot, this.#standing())
  }

  #standing(): Standing {
    return {
      launch: this.#launch,
      state: this.#state,
      memory: this.#memory,
      times: this.#times,
    }
  }
}
