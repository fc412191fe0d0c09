import type { Cancel } from '../base/clock.ts'
import type { Exit } from '../base/exit.ts'
import type { LaunchRecord } from '../process/host.ts'
import type { HookRunner } from './hook-runner.ts'
import type { InstanceMessage } from './instance-messages.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import { type Death, obituary } from './obituary.ts'

/** The pause before an end that could not be looked into is looked into again. */
const againMs = 1_000

/** What the end of a process is judged with: how its instance stood at that moment. */
export type EndContext = Pick<
  Death,
  'isCommanded' | 'failedBy' | 'observedLate' | 'times' | 'pid' | 'isSwept'
>

/** An end that was seen. */
export interface Ending {
  readonly record: LaunchRecord
  readonly launch: number
  readonly exit: Exit
  /** ms since 1970. */
  readonly at: number
  readonly context: EndContext
}

/** Looks into the ends of an instance's processes, until all that can be known of one is gathered. */
export class Burial {
  readonly #ports: SupervisorPorts
  readonly #hooks: HookRunner
  readonly #hear: (message: InstanceMessage) => void
  #oomKills: number | undefined
  #cancelAgain: Cancel = () => {}
  #isReleased = false

  constructor(ports: SupervisorPorts, hooks: HookRunner, hear: (message: InstanceMessage) => void) {
    this.#ports = ports
    this.#hooks = hooks
    this.#hear = hear
  }

  /** A process begins: what the kernel kills for want of memory from now on may be this one. */
  begin(): void {
    this.#oomKills = this.#ports.clues.oomKills()
  }

  /** The machine hears of an end after everything is known of it. */
  bury(ending: Ending): void {
    const { record, launch, exit, at, context } = ending
    const death = { ...context, exit, at, record, oomKillsBefore: this.#oomKills }
    const gathered = obituary(death, this.#ports)
    this.#hooks.afterStop(gathered, { launch, exit, record }).then(
      (event) => this.#hear({ kind: 'event', launch, event }),
      (thrown: unknown) => {
        // An end that cannot be looked into must not be lost, nor taken for one without survivors.
        this.#ports.report('look into an exit, which is tried again', thrown)
        if (this.#isReleased) return
        this.#cancelAgain = this.#ports.clock.after(againMs, () => this.bury(ending))
      },
    )
  }

  release(): void {
    this.#isReleased = true
    this.#cancelAgain()
  }
}
