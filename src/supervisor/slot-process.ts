import { messageOf, TroupeError } from '../base/errors.ts'
import type { Exit } from '../base/exit.ts'
import { mayPass } from '../process/preflight.ts'
import type {
  Found,
  LaunchRecord,
  PreparedLaunch,
  ProcessEvents,
  Survivor,
} from '../process/host.ts'
import { redactArguments } from '../protocol/redact.ts'
import type { Effect } from './instance-machine.ts'
import type { HeldProcess, ProcessNews, SupervisorPorts } from './instance-ports.ts'
import type { InstanceMessage } from './instance.ts'
import { launchOrder, type Slot } from './launch-order.ts'
import { type Death, obituary } from './obituary.ts'
import type { Adoption } from './remembered.ts'

/** The pause before an end that could not be looked into is looked into again. */
const buryAgainMs = 1_000

/**
 * A disk that does not answer must not hold a service, and whoever wants to stop it, for ever. It is not tried
 * again by itself: each question to such a disk costs one of the four threads that ask.
 */
const prepareMs = 15_000
const tooSlow = new TroupeError('E_PREFLIGHT', `no answer from a disk in ${prepareMs / 1_000} s`, {
  hint: 'see the folders of its script, cwd and logs: one may lie on a network disk that is gone',
})

/** Effects of the machine that concern the process alone. */
type ProcessEffect = Extract<Effect, { do: 'abandon' | 'spawn' | 'signal' | 'kill' | 'sweep' }>

const processEffects: readonly Effect['do'][] = ['abandon', 'spawn', 'signal', 'kill', 'sweep']

export function isOfProcess(effect: Effect): effect is ProcessEffect {
  return processEffects.includes(effect.do)
}

/** What the end of a process is judged with: how its instance stood at that moment. */
export type Standing = Pick<Death, 'isCommanded' | 'observedLate' | 'times' | 'pid' | 'isSwept'>

/**
 * The process side of one instance: it does what the machine asked for, and every
 * answer comes back to the instance's mailbox as a message of the launch it belongs to.
 */
export class SlotProcess {
  readonly #ports: SupervisorPorts
  readonly #hear: (message: InstanceMessage) => void
  readonly #serviceId: string
  readonly #slot: number
  #prepared: PreparedLaunch | undefined
  #oomKills: number | undefined
  /** Of a process that had ended before it could be taken over. */
  #record: LaunchRecord | undefined

  constructor(slot: Slot, ports: SupervisorPorts, hear: (message: InstanceMessage) => void) {
    this.#serviceId = slot.serviceId
    this.#slot = slot.slot
    this.#ports = ports
    this.#hear = hear
  }

  prepare(slot: Slot, launch: number): void {
    const { host, clock, around } = this.#ports
    const fail = (thrown: unknown): void => {
      const isRetryable = !TroupeError.is(thrown) || mayPass(thrown)
      const event = { kind: 'prepareFailed', ...wordsOf(thrown), isRetryable } as const
      this.#hear({ kind: 'event', launch, event })
    }
    let isTooLate = false
    const cancel = clock.after(prepareMs, () => {
      isTooLate = true
      fail(tooSlow)
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
        this.#held()?.process.signal(effect.signal)
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
            event: {
              kind: 'spawnFailed',
              ...wordsOf(thrown),
              isRetryable: !TroupeError.is(thrown) || mayPass(thrown),
            },
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
    this.#ports.inheritance.drop(this.#serviceId, this.#slot)
    await this.#ports.host.settle(record)
  }

  /** Takes over a process that is there already, or reports the end of one that no longer is. */
  adopt(adoption: Adoption, launch: number, onlineAt: number | undefined): void {
    const wall = this.#ports.clock.date().getTime()
    const readyForMs = onlineAt === undefined ? 0 : Math.max(0, wall - onlineAt)
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
    this.#ports.inheritance.drop(this.#serviceId, this.#slot)
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
      exited: (exit, at) => {
        const gone = { kind: 'gone', launch, exit, at: at.getTime(), isLate: false } as const
        const held = this.#held()
        if (held?.launch === launch) held.gone = gone
        tell(gone)
      },
    }
  }

  #held(): HeldProcess | undefined {
    return this.#ports.inheritance.held(this.#serviceId, this.#slot)
  }

  #hold(held: HeldProcess): HeldProcess {
    this.#ports.inheritance.hold(this.#serviceId, this.#slot, held)
    return held
  }

  #report(what: string, work: Promise<unknown> | undefined): void {
    work?.catch((thrown: unknown) => this.#ports.report(what, thrown))
  }
}

function unkillable(survivors: readonly Survivor[]): TroupeError {
  const pids = survivors.map(({ pid, state }) => `pid ${pid} (${state})`).join(', ')
  return new TroupeError('E_SPAWN', `an earlier process of it cannot be killed: ${pids}`, {
    hint: 'a process in state D waits for a disk or a device; it is tried again',
    cause: Object.assign(new Error('still there'), { code: 'EAGAIN' }),
  })
}

function wordsOf(thrown: unknown): { readonly why: string; readonly hint?: string } {
  const hint = TroupeError.is(thrown) ? thrown.hint : undefined
  return { why: messageOf(thrown), ...(hint === undefined ? {} : { hint }) }
}
