import type { Cancel } from '../base/clock.ts'
import type { SpokenWord } from '../process/agent/words.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { InstanceState, InstanceView } from '../protocol/views.ts'
import { Causes } from './causes.ts'
import { newsOf } from './instance-news.ts'
import {
  type Announcement,
  type Effect,
  type Event,
  type Memory,
  step,
} from './instance-machine.ts'
import type { InstanceMessage, InstanceNews, LaunchNews } from './instance-messages.ts'
import type { ProcessNews, SupervisorPorts } from './instance-ports.ts'
import {
  type Adoption,
  type Beginning,
  beginningOf,
  slotSettings,
  type Standing,
  type Times,
} from './remembered.ts'
import type { SeatedSlot } from './seat.ts'
import { deliver } from './deliver.ts'
import { askToStart } from './opening.ts'
import { Probing } from './probing.ts'
import { isOfProcess } from './process-effect.ts'
import { SlotProcess } from './slot-process.ts'
import { lastStandingOf } from './obituary.ts'
import { launching, SlotRecord } from './slot-record.ts'
import { Timers } from './timers.ts'
import { untoldExit } from './untold.ts'
import { Waiters } from './waiters.ts'

interface Outside {
  /** Puts a message into the mailbox of the actor that runs this instance. */
  readonly hear: (message: InstanceMessage) => void
  readonly changed: (news: InstanceNews) => void
}

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
  readonly #probing: Probing
  #slot: SeatedSlot
  #state: InstanceState
  #memory: Memory
  #launch: number
  #times: Times
  #adoption: Adoption | undefined
  readonly #causes = new Causes()
  #leaveGate: Cancel = () => {}
  readonly #waiters = new Waiters()

  constructor(slot: SeatedSlot, ports: SupervisorPorts, outside: Outside) {
    this.#slot = slot
    this.#ports = ports
    this.#outside = outside
    const hookFailed = (hook: string, why: string): void =>
      this.#announce({ do: 'announce', type: 'instance.hook_failed', data: { hook, why } })
    this.#process = new SlotProcess(slot, ports, { hear: outside.hear, hookFailed })
    this.#timers = new Timers(ports.clock, outside.hear)
    this.#record = new SlotRecord(ports.ledger)
    this.#probing = new Probing(ports, (launch, event) =>
      outside.hear({ kind: 'event', launch, event }),
    )
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
    if ('launch' in message) {
      // What an earlier launch still has to say is of no use to this one.
      if (message.launch === this.#launch) this.#hear(message)
      return
    }
    switch (message.kind) {
      case 'command':
        return this.#command(message)
      case 'timer':
        if (this.#timers.take(message)) this.#step({ kind: message.timer })
        return
      case 'redeclare':
        this.#slot = message.slot
        this.#memory = { ...this.#memory, ...slotSettings(message.slot) }
        this.#process.follow(message.slot, this.#standing())
        return this.#show()
      case 'send':
        return message.done(deliver(message.what, this.#process))
    }
  }

  /** Lets go of everything without touching the process: what a fault or the end of a manager asks for. */
  release(): void {
    this.#leaveGate()
    this.#probing.close()
    this.#process.release()
    this.#timers.clear()
  }

  #tellUntold({ leftover }: Beginning): void {
    const { ledger, isTold, announce } = this.#ports
    const known = ledger.load(this.#slot.serviceId)
    const draft = untoldExit(leftover, this.#slot, known, isTold)
    if (draft !== undefined) this.#causes.follow(announce(draft))
  }

  #command({ event, by, cause, done }: Extract<InstanceMessage, { kind: 'command' }>): void {
    this.#waiters.add(done)
    this.#causes.answering({ by, cause }, () => this.#step(event))
  }

  #hear(news: LaunchNews): void {
    switch (news.kind) {
      case 'event':
        return this.#step(news.event)
      case 'prepared':
        this.#process.isReady(news.prepared)
        return this.#step({ kind: 'prepared' })
      case 'alive':
        return this.#born(news.pid)
      case 'said':
        return this.#said(news.word)
      case 'gone':
        return this.#gone(news)
    }
  }

  #born(pid: number): void {
    const isLate = this.#state === 'adopting'
    this.#step(
      isLate ? { kind: 'adopted', pid, gapMs: 0, readyForMs: undefined } : { kind: 'alive', pid },
    )
  }

  #said(word: SpokenWord): void {
    switch (word.kind) {
      case 'ready':
        return this.#step({ kind: 'ready', via: 'message' })
      case 'listening':
        return this.#step({ kind: 'ready', via: 'listening' })
      case 'drained':
        return this.#step({ kind: 'drained', forced: word.forced })
      case 'message':
        return this.#announce({
          do: 'announce',
          type: 'instance.message',
          data: { message: word.data },
        })
      case 'draining':
      case 'lost':
        return
    }
  }

  #gone({ launch, exit, at, isLate }: Extract<ProcessNews, { kind: 'gone' }>): void {
    const standing = lastStandingOf(this.#memory, this.#times)
    const { treekill: isSwept, hooks } = this.#slot.spec
    if (hooks?.post_stop !== undefined) this.#step({ kind: 'ended' })
    this.#process.bury(launch, exit, at, { ...standing, observedLate: isLate, isSwept })
  }

  #step(event: Event): void {
    const { clock, random } = this.#ports
    const moment = { now: clock.now(), wall: clock.date().getTime(), random }
    const before = this.#state
    const next = step(before, event, this.#memory, moment)
    this.#state = next.state
    this.#memory = next.memory
    const isEnd = event.kind === 'exited' || event.kind === 'ended'
    if (isEnd && before === 'online') this.#causes.follow(undefined)
    if (next.state === 'online' && before !== 'online') {
      // Who was adopted is online since the manager before said so.
      const since = event.kind === 'adopted' ? this.#times.onlineAt : undefined
      this.#times = { ...this.#times, onlineAt: since ?? moment.wall }
    }
    // The ledger says what is so before anybody hears of it.
    this.#record.note(this.#slot, this.#standing(), event)
    this.#process.hooks.allow(next.memory.askedGraceMs ?? next.memory.graceMs)
    for (const effect of next.effects) this.#perform(effect)
    this.#tidy(event, before)
  }

  #tidy(event: Event, before: InstanceState): void {
    const isOver = event.kind === 'exited' || (event.kind === 'swept' && before === 'stuck')
    if (isOver && this.#state !== 'stuck') this.#process.settle()
    if (!launching.includes(this.#state)) this.#leaveGate()
    this.#probing.follow(this.#slot, this.#standing())
    this.#process.hooks.follow(this.#slot, this.#standing())
    this.#show()
    // What was given up by its group has not failed by itself.
    const isWanted = this.#memory.wanted === 'up'
    const hasFailed = isWanted && this.#state !== before && failed.includes(this.#state)
    const news = newsOf(this.#slot, this.#standing())
    const { isGreeting: isSettling } = this.#process.hooks
    this.#outside.changed({ ...news, hasFailed, isSettling, cause: this.#causes.last })
    this.#answer(event)
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
    this.#leaveGate = askToStart(this.#slot, isAutomatic, this.#ports, (event) =>
      this.#outside.hear({ kind: 'event', launch, event }),
    )
  }

  #prepare(): void {
    this.#launch = this.#record.nextLaunch(this.#slot, this.#launch)
    this.#times = { launchedAt: this.#ports.clock.date().getTime() }
    this.#record.begin(this.#slot, this.#standing())
    this.#process.prepare(this.#slot, this.#launch)
    // It may wait for another service, which must not wait for its place.
    if (this.#slot.spec.hooks?.pre_start !== undefined) this.#leaveGate()
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

  /** Only one copy of a slot is seen. */
  #show(): void {
    if (this.#slot.role === 'current') this.#ports.board.show(this.#view())
  }

  #answer(event: Event): void {
    if (!this.#waiters.isOver(this.#state, event)) return
    this.#causes.settle()
    this.#waiters.answer(this.#view())
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
