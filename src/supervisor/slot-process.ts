import type { Exit } from '../base/exit.ts'
import type { ManagerWord } from '../process/agent/words.ts'
import { failedStart, tooSlow, unkillable } from './failed-start.ts'
import type { Found, LaunchRecord, PreparedLaunch, ProcessEvents } from '../process/host.ts'
import { redactArguments } from '../protocol/redact.ts'
import type { HeldProcess, ProcessNews, SupervisorPorts } from './instance-ports.ts'
import type { Delivered, InstanceMessage } from './instance-messages.ts'
import { launchOrder } from './launch-order.ts'
import { type Death, obituary } from './obituary.ts'
import type { ProcessEffect } from './process-effect.ts'
import type { Adoption } from './remembered.ts'
import type { Seat, SeatedSlot } from './seat.ts'

/** The pause before an end that could not be looked into is looked into again. */
const buryAgainMs = 1_000

/** A client that thinks no longer than this between two requests is not cut off in between (SUPERVISION §6). */
const idleWhileDrainingMs = 2_000

/**
 * A disk that does not answer must not hold a service, and whoever wants to stop it, for ever. It is not tried
 * again by itself: each question to such a disk costs one of the four threads that ask.
 */
const prepareMs = 15_000

/** What the end of a process is judged with: how its instance stood at that moment. */
export type Standing = Pick<
  Death,
  'isCommanded' | 'failedBy' | 'observedLate' | 'times' | 'pid' | 'isSwept'
>

/**
 * The process side of one instance: it does what the machine asked for, and every
 * answer comes back to the instance's mailbox as a message of the launch it belongs to.
 */
export class SlotProcess {
  readonly #ports: SupervisorPorts
  readonly #hear: (message: InstanceMessage) => void
  readonly #serviceId: string
  readonly #seat: Seat
  #prepared: PreparedLaunch | undefined
  #oomKills: number | undefined
  /** Of a process that had ended before it could be taken over. */
  #record: LaunchRecord | undefined

  constructor(slot: SeatedSlot, ports: SupervisorPorts, hear: (message: InstanceMessage) => void) {
    this.#serviceId = slot.serviceId
    this.#seat = slot.seat
    this.#ports = ports
    this.#hear = hear
  }

  prepare(slot: SeatedSlot, launch: number): void {
    const { host, clock, around } = this.#ports
    const fail = (thrown: unknown): void => {
      const event = { kind: 'prepareFailed', ...failedStart(thrown) } as const
      this.#hear({ kind: 'event', launch, event })
    }
    let isTooLate = false
    const cancel = clock.after(prepareMs, () => {
      isTooLate = true
      fail(tooSlow(prepareMs))
    })
    host.prepare(launchOrder(slot, launch, around)).then(
      (prepared) => {
        cancel()
        if (isTooLate) this.#report('abandon a launch', prepared.abandon())
        else this.#hear({ kind: 'prepared', launch, prepared })
      },
      (thrown: unknown) => {
        cancel()
        if (!isTooLate) fail(thrown)
      },
    )
  }

  isReady(prepared: PreparedLaunch): void {
    this.#prepared = prepared
  }

  perform(effect: ProcessEffect, launch: number): void {
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
    this.#oomKills = this.#ports.clues.oomKills()
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
    this.#withoutStray()
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

  /** A process that a failed incarnation of the actor was still spawning: never beside a second one. */
  async #withoutStray(): Promise<void> {
    const stray = this.#held()
    if (stray === undefined) return
    const { record } = stray.process
    await stray.process.kill()
    const survivors = await this.#ports.host.sweep(record.cookie)
    if (survivors.length > 0) throw unkillable(survivors)
    stray.process.release()
    this.#ports.inheritance.drop(this.#serviceId, this.#seat)
    await this.#ports.host.settle(record)
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
  bury(launch: number, exit: Exit, at: number, standing: Standing): void {
    const record = this.#held()?.process.record ?? this.#record
    if (record === undefined) return
    const death = { ...standing, exit, at, record, oomKillsBefore: this.#oomKills }
    obituary(death, this.#ports).then(
      (event) => this.#hear({ kind: 'event', launch, event }),
      (thrown: unknown) => {
        // An end that cannot be looked into must not be lost, nor taken for one without survivors.
        this.#ports.report('look into an exit, which is tried again', thrown)
        this.#ports.clock.after(buryAgainMs, () => this.bury(launch, exit, at, standing))
      },
    )
  }

  /** Forgets a launch whose end is in the ledger. */
  settle(): void {
    const held = this.#held()
    const record = held?.process.record ?? this.#record
    this.#record = undefined
    held?.process.release()
    this.#ports.inheritance.drop(this.#serviceId, this.#seat)
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
