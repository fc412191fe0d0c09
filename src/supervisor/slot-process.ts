import type { Cancel } from '../base/clock.ts'
import type { Exit } from '../base/exit.ts'
import type { HookName } from '../declaration/hooks.ts'
import type { ManagerWord } from '../process/agent/words.ts'
import { Burial, type EndContext } from './burial.ts'
import { failedStart } from './failed-start.ts'
import type { Found, LaunchRecord, PreparedLaunch, ProcessEvents } from '../process/host.ts'
import { redactArguments } from '../protocol/redact.ts'
import type { HeldProcess, ProcessNews, SupervisorPorts } from './instance-ports.ts'
import type { Delivered, InstanceMessage } from './instance-messages.ts'
import { HookRunner } from './hook-runner.ts'
import type { ProcessEffect } from './process-effect.ts'
import { prepareLaunch } from './prepare-launch.ts'
import type { Adoption, Standing } from './remembered.ts'
import type { Seat, SeatedSlot } from './seat.ts'
import { withoutStray } from './stray.ts'

/** A client that thinks no longer than this between two requests is not cut off in between (SUPERVISION §6). */
const idleWhileDrainingMs = 2_000

/** What the process side of an instance tells it. */
interface ProcessOutside {
  readonly hear: (message: InstanceMessage) => void
  readonly hookFailed: (hook: HookName, why: string) => void
}

/**
 * The process side of one instance: it does what the machine asked for, and every
 * answer comes back to the instance's mailbox as a message of the launch it belongs to.
 */
export class SlotProcess {
  readonly #ports: SupervisorPorts
  readonly #hear: (message: InstanceMessage) => void
  readonly #serviceId: string
  readonly #seat: Seat
  readonly hooks: HookRunner
  #prepared: PreparedLaunch | undefined
  readonly #burial: Burial
  #stopPreparing: Cancel = () => {}
  /** Of a process that had ended before it could be taken over. */
  #record: LaunchRecord | undefined

  constructor(slot: SeatedSlot, ports: SupervisorPorts, outside: ProcessOutside) {
    const { hear, hookFailed } = outside
    this.hooks = new HookRunner(slot, ports, {
      record: () => this.#held()?.process.record,
      failed: hookFailed,
      overdue: (launch) => hear({ kind: 'event', launch, event: { kind: 'killDue' } }),
      greeted: (launch) => hear({ kind: 'event', launch, event: { kind: 'greeted' } }),
    })
    this.#serviceId = slot.serviceId
    this.#seat = slot.seat
    this.#ports = ports
    this.#hear = hear
    this.#burial = new Burial(ports, this.hooks, hear)
  }

  /** Lets go of whatever waits; the process stays as it is. */
  release(): void {
    this.#stopPreparing()
    this.#burial.release()
    this.hooks.close()
  }

  /** A changed slot is what hooks obey from now on, and one that became trusted gets its share of the work. */
  follow(slot: SeatedSlot, standing: Standing): void {
    this.hooks.follow(slot, standing)
    const record = this.#held()?.process.record
    if (slot.isTrusted === true && record !== undefined) this.#ports.host.trust?.(record)
  }

  /** The answer is a message of that launch: prepared, or why not. */
  prepare(slot: SeatedSlot, launch: number): void {
    const hear = this.#hear
    this.#stopPreparing = prepareLaunch(
      { slot, launch, ports: this.#ports, hooks: this.hooks },
      {
        prepared: (prepared) => hear({ kind: 'prepared', launch, prepared }),
        failed: (thrown) => {
          const event = { kind: 'prepareFailed', ...failedStart(thrown) } as const
          hear({ kind: 'event', launch, event })
        },
        unused: (prepared) => this.#report('abandon a launch', prepared.abandon()),
      },
    )
  }

  isReady(prepared: PreparedLaunch): void {
    this.#prepared = prepared
  }

  /** What ends a process waits for its hook. */
  perform(effect: ProcessEffect, launch: number): void {
    const isEnd = ['drain', 'shutdown', 'signal'].includes(effect.do)
    const of = { launch, isLast: effect.do !== 'drain' }
    if (isEnd && this.hooks.beforeStop(of, () => this.#perform(effect, launch))) return
    if (effect.do === 'kill') this.hooks.cut()
    this.#perform(effect, launch)
  }

  #perform(effect: ProcessEffect, launch: number): void {
    switch (effect.do) {
      case 'abandon':
        return this.#abandon()
      case 'spawn':
        return this.#spawn(launch)
      case 'signal':
        this.signal(effect.signal)
        return
      case 'drain':
        return this.#drain(effect)
      case 'shutdown':
        if (!this.tell({ kind: 'message', data: 'shutdown' })) this.signal(effect.signal)
        return
      case 'kill':
        return this.#kill(launch)
      case 'sweep':
        return this.#sweep(launch)
    }
  }

  /** Forgets a launch that a former manager left and that nobody needs to hear of. */
  forget(found: Found | undefined): void {
    if (found === undefined || found.kind === 'orphan') return
    this.#report('settle a launch', this.#ports.host.settle(found.record))
  }

  /** False when there is no process to send it to. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#held()?.process.signal(signal) ?? false
  }

  /** False when nobody is there to hear it. */
  tell(word: ManagerWord): boolean {
    return this.#held()?.process.tell?.(word) ?? false
  }

  write(text: string): Delivered {
    const held = this.#held()
    if (held === undefined || held.gone !== undefined) return 'unheard'
    return held.process.write === undefined ? 'absent' : (held.process.write(text) ?? 'delivered')
  }

  #drain({ deadlineMs, signal }: Extract<ProcessEffect, { do: 'drain' }>): void {
    const idleMs = Math.min(idleWhileDrainingMs, deadlineMs / 2)
    if (!this.tell({ kind: 'drain', idleMs, deadlineMs, signal })) this.signal(signal)
  }

  #abandon(): void {
    this.#report('abandon a launch', this.#prepared?.abandon())
    this.#prepared = undefined
  }

  #spawn(launch: number): void {
    const prepared = this.#prepared
    if (prepared === undefined) throw new Error('asked to spawn what was not prepared')
    this.#prepared = undefined
    this.#burial.begin()
    const hear = this.#hear
    const early: (() => void)[] = []
    const events = this.#newsOf(launch)
    // A quick process may speak before there is anything to hold; what it says waits for that.
    const whenHeld = (tell: () => void): void => {
      if (this.#held() === undefined) early.push(tell)
      else tell()
    }
    const patient: ProcessEvents = {
      started: (main) => whenHeld(() => events.started(main)),
      said: (word) => whenHeld(() => events.said?.(word)),
      exited: (exit, at) => whenHeld(() => events.exited(exit, at)),
    }
    withoutStray(this.#held(), this.#ports, () => this.#drop())
      .then(() => prepared.spawn(patient))
      .then(
        (process) => {
          this.#hold({ process, launch, hear })
          const { guardPid = 0, record } = process
          const argv = redactArguments(record.argv)
          hear({ kind: 'event', launch, event: { kind: 'spawned', guardPid, argv } })
          for (const tell of early) tell()
        },
        (thrown: unknown) =>
          hear({
            kind: 'event',
            launch,
            event: { kind: 'spawnFailed', ...failedStart(thrown) },
          }),
      )
  }

  /** Takes over a process that is there already, or reports the end of one that no longer is. */
  adopt(adoption: Adoption, launch: number, onlineAt: number | undefined): void {
    const wall = this.#ports.clock.date().getTime()
    const readyForMs = onlineAt === undefined ? undefined : Math.max(0, wall - onlineAt)
    if (adoption.kind === 'found' && adoption.found.kind === 'exited') {
      const { record, exit, at } = adoption.found
      this.#record = record
      return this.#hear({ kind: 'gone', launch, exit, at: at.getTime(), isLate: true })
    }
    if (adoption.kind === 'held' && adoption.held.gone !== undefined) {
      return this.#hear(adoption.held.gone)
    }
    const held =
      adoption.kind === 'held' ? this.#rehear(adoption.held) : this.#take(adoption, launch)
    const pid = held?.process.main?.pid
    // A guard that has not yet said which process is the main one will say so.
    if (pid === undefined) return
    const event = { kind: 'adopted', pid, gapMs: 0, readyForMs } as const
    this.#hear({ kind: 'event', launch, event })
  }

  #kill(launch: number): void {
    const process = this.#held()?.process
    if (process === undefined) return
    const { cookie } = process.record
    this.#report(
      'kill',
      process.kill().then(() => this.#sweepFor(cookie, launch)),
    )
  }

  #sweep(launch: number): void {
    const cookie = this.#held()?.process.record.cookie
    if (cookie !== undefined) this.#report('sweep', this.#sweepFor(cookie, launch))
  }

  async #sweepFor(cookie: string, launch: number): Promise<void> {
    const left = await this.#ports.host.sweep(cookie)
    const survivors = left.map(({ pid, state }) => ({ pid, state }))
    this.#hear({ kind: 'event', launch, event: { kind: 'swept', survivors } })
  }

  /** Gathers all that is known about an end; the machine hears of it after that. */
  bury(launch: number, exit: Exit, at: number, context: EndContext): void {
    const record = this.#held()?.process.record ?? this.#record
    if (record === undefined) return
    this.hooks.gone()
    this.#burial.bury({ record, launch, exit, at, context })
  }

  /** Forgets a launch whose end is in the ledger. */
  settle(): void {
    const held = this.#held()
    const record = held?.process.record ?? this.#record
    this.#record = undefined
    held?.process.release()
    this.#drop()
    if (record !== undefined) this.#report('settle a launch', this.#ports.host.settle(record))
  }

  #take(adoption: Extract<Adoption, { kind: 'found' }>, launch: number): HeldProcess | undefined {
    if (adoption.found.kind !== 'alive') return undefined
    const process = this.#ports.host.adopt(adoption.found, this.#newsOf(launch))
    return this.#hold({ process, launch, hear: this.#hear })
  }

  #rehear(held: HeldProcess): HeldProcess {
    held.hear = this.#hear
    return held
  }

  /** News goes to whoever listens when it comes: a fault may have replaced the actor by then. */
  #newsOf(launch: number): ProcessEvents {
    const tell = (news: ProcessNews): void => (this.#held()?.hear ?? this.#hear)(news)
    return {
      started: ({ pid }) => tell({ kind: 'alive', launch, pid }),
      said: (word) => tell({ kind: 'said', launch, word }),
      exited: (exit, at) => {
        const gone = { kind: 'gone', launch, exit, at: at.getTime(), isLate: false } as const
        const held = this.#held()
        if (held?.launch === launch) held.gone = gone
        tell(gone)
      },
    }
  }

  #drop(): void {
    this.#ports.inheritance.drop(this.#serviceId, this.#seat)
  }

  #held(): HeldProcess | undefined {
    return this.#ports.inheritance.held(this.#serviceId, this.#seat)
  }

  #hold(held: HeldProcess): HeldProcess {
    this.#ports.inheritance.hold(this.#serviceId, this.#seat, held)
    return held
  }

  #report(what: string, work: Promise<unknown> | undefined): void {
    work?.catch((thrown: unknown) => this.#ports.report(what, thrown))
  }
}
