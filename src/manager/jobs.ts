import type { Cancel, Clock } from '../base/clock.ts'
import { showMillis } from '../base/units.ts'
import type { Exit } from '../base/exit.ts'
import type { LifecycleEvent } from '../protocol/envelope.ts'
import { type EventData, shortType } from '../protocol/events.ts'
import type { JobRun } from '../protocol/views.ts'
import { remember } from '../supervisor/triggers/job-history.ts'
import type { Firings } from '../supervisor/triggers/ports.ts'
import type { LedgerStore } from '../supervisor/ledger.ts'
import type { ActOptions, Supervision } from '../supervisor/supervision.ts'
import type { DesiredService } from './desired-state.ts'

interface JobsPorts {
  readonly clock: Clock
  readonly ledger: LedgerStore
  readonly supervision: Pick<Supervision, 'act'>
  /** The service of that name, if it is a job. */
  readonly jobOf: (service: string) => DesiredService | undefined
  /** Called once a run has ended. */
  readonly ended: (id: string) => void
  readonly report: (what: string, thrown: unknown) => void
}

/** Why the next run begins, where a trigger begins it. */
interface Reason {
  readonly why: string
  readonly dueAt?: number
}

/** Runs jobs, ends those that take too long, and remembers what became of them, over the deaths of managers. */
export class Jobs {
  readonly #ports: JobsPorts
  readonly #reasons = new Map<string, Reason>()
  readonly #deadlines = new Map<string, Cancel>()
  /** Runs that are being ended, and as what that counts. */
  readonly #ending = new Map<string, 'timed-out' | 'replaced'>()

  constructor(ports: JobsPorts) {
    this.#ports = ports
  }

  /** When the last time of each job was dealt with. */
  get firings(): Firings {
    const { ledger } = this.#ports
    return {
      last: (id) => ledger.load(id).lastDueAt,
      record: (id, lastDueAt) => ledger.save(id, { ...ledger.load(id), lastDueAt }),
    }
  }

  /** Resolves once the process of the run exists, or could not be started. */
  async run(op: 'start' | 'restart', service: string, reason: Reason): Promise<void> {
    const job = this.#ports.jobOf(service)
    if (job === undefined) return
    this.#reasons.set(job.id, reason)
    const isRunning = this.history(job.id).some(({ outcome }) => outcome === 'running')
    if (op === 'restart' && isRunning) this.#ending.set(job.id, 'replaced')
    const asker: ActOptions = { by: 'schedule', why: reason.why }
    await this.#ports.supervision.act(service, op, asker)
  }

  /** Runs of which nobody knows how they ended: their process is gone, and nobody saw its end. */
  recover(isRunning: (service: string) => boolean, job: DesiredService): void {
    const { clock } = this.#ports
    const open = this.history(job.id).find(({ outcome }) => outcome === 'running')
    if (open === undefined) return
    if (isRunning(job.spec.name)) this.#watchTime(job, open.startedAt)
    else this.#remember(job, { ...open, endedAt: clock.date().getTime(), outcome: 'lost' })
  }

  /** Newest first. */
  history(id: string): readonly JobRun[] {
    return this.#ports.ledger.load(id).runs ?? []
  }

  /** What happened to an instance may be the beginning or the end of a run. */
  hear({ type, data }: LifecycleEvent): void {
    const job = data.service === undefined ? undefined : this.#ports.jobOf(data.service)
    if (job === undefined) return
    const kind = shortType(type)
    if (kind === 'instance.online') return this.#began(job, data.by)
    if (kind === 'instance.start_failed') this.#reasons.delete(job.id)
    if (kind !== 'instance.exited') return
    // Read back from where this program wrote it: `data` has the shape of its type.
    this.#ended(job, data as unknown as EventData['instance.exited'])
  }

  close(): void {
    for (const cancel of this.#deadlines.values()) cancel()
  }

  #began(job: DesiredService, by: string | undefined): void {
    // Of several processes the first began it.
    if (this.history(job.id).some(({ outcome }) => outcome === 'running')) return
    const { why, dueAt } = this.#reasons.get(job.id) ?? {
      why: by === undefined ? 'asked' : `asked by ${by}`,
    }
    this.#reasons.delete(job.id)
    const startedAt = this.#ports.clock.date().getTime()
    const due = dueAt === undefined ? {} : { dueAt }
    this.#remember(job, { startedAt, why, outcome: 'running', ...due })
    this.#watchTime(job, startedAt)
  }

  #ended(job: DesiredService, { exit, exitedAt, planned }: EventData['instance.exited']): void {
    this.#deadlines.get(job.id)?.()
    const run = this.history(job.id).find(({ outcome }) => outcome === 'running')
    const ending = this.#ending.get(job.id)
    this.#ending.delete(job.id)
    if (run !== undefined) {
      // What ended by itself was neither replaced nor too late, whoever was about to end it.
      const outcome = planned ? (ending ?? 'stopped') : outcomeOf(exit)
      this.#remember(job, { ...run, endedAt: exitedAt, exit, outcome })
    }
    this.#ports.ended(job.id)
  }

  #watchTime(job: DesiredService, startedAt: number): void {
    const { timeoutMs } = job.spec.schedule ?? {}
    if (timeoutMs === undefined) return
    const { clock, supervision, report } = this.#ports
    const leftMs = Math.max(0, startedAt + timeoutMs - clock.date().getTime())
    const cancel = clock.after(leftMs, () => {
      this.#ending.set(job.id, 'timed-out')
      const why = `the run took longer than ${showMillis(timeoutMs)}`
      supervision
        .act(job.spec.name, 'stop', { by: 'schedule', why })
        .catch((thrown: unknown) => report('end a job', thrown))
    })
    this.#deadlines.set(job.id, cancel)
  }

  #remember(job: DesiredService, run: JobRun): void {
    const { ledger } = this.#ports
    const runs = remember(this.history(job.id), run, job.spec.schedule?.keep ?? 0)
    ledger.save(job.id, { ...ledger.load(job.id), runs })
  }
}

function outcomeOf(exit: Exit): JobRun['outcome'] {
  return 'code' in exit && exit.code === 0 ? 'succeeded' : 'failed'
}
