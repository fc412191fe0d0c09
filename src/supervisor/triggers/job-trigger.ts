import type { Schedule } from '../../declaration/triggers.ts'
import { CronTimer } from './cron-timer.ts'
import { judgeFiring, judgeMissed } from './job.ts'
import type { TriggerPorts } from './ports.ts'
import type { Subject, Trigger } from './trigger.ts'

interface Due {
  readonly dueAt: number
  readonly why: string
}

/** Runs a service as a job, at its times. */
export class JobTrigger implements Trigger {
  readonly #subject: Subject
  readonly #schedule: Schedule
  readonly #ports: TriggerPorts
  readonly #timer: CronTimer
  /** Whether what passed since the last firing was missed, and not merely declared since. */
  readonly #isBoot: boolean
  /** Actions of ours that are not over. */
  #acting = 0
  #queued: Due | undefined
  #isClosed = false

  constructor(
    subject: Subject,
    schedule: Schedule,
    site: { readonly ports: TriggerPorts; readonly isBoot: boolean },
  ) {
    this.#subject = subject
    this.#schedule = schedule
    this.#ports = site.ports
    this.#isBoot = site.isBoot
    this.#timer = new CronTimer({
      clock: site.ports.clock,
      times: schedule,
      fire: (dueAt) => this.#fire(dueAt),
      pass: (dueAt) => this.#makeUp(dueAt - 1),
    })
  }

  get dueAt(): number | undefined {
    return this.#timer.dueAt
  }

  async open(): Promise<void> {
    const { firings, clock } = this.#ports
    const last = this.#isBoot ? firings.last(this.#subject.id) : undefined
    this.#timer.start()
    if (last === undefined) firings.record(this.#subject.id, clock.date().getTime())
    else this.#makeUp(last)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer.stop()
  }

  /** The process of a run has ended: one that waited for it begins. */
  ended(): void {
    const queued = this.#queued
    if (queued === undefined || this.#isClosed || this.#isRunning()) return
    this.#queued = undefined
    // Whoever stopped the job stopped what waited for it as well.
    if (this.#subject.isUp()) this.#run('run', queued)
  }

  #fire(dueAt: number): void {
    const { id, isUp } = this.#subject
    this.#ports.firings.record(id, dueAt)
    if (!isUp()) return
    const { kind, why } = judgeFiring(this.#schedule, this.#isRunning())
    if (kind === 'skip') this.#tell(why, dueAt)
    else if (kind === 'queue') this.#queued = { dueAt, why }
    else this.#run(kind === 'run' ? 'run' : 'restart', { dueAt, why })
  }

  #makeUp(since: number): void {
    const { clock, firings } = this.#ports
    const missed = judgeMissed(this.#schedule, since, clock.date().getTime())
    if (missed.kind === 'none') return
    const { dueAt, why } = missed
    firings.record(this.#subject.id, dueAt)
    if (!this.#subject.isUp()) return
    if (missed.kind === 'skip') return this.#tell(why, dueAt)
    if (this.#isRunning()) this.#queued = { dueAt, why }
    else this.#run('run', { dueAt, why })
  }

  /** By our own account, or because a former manager or a person started it. */
  #isRunning(): boolean {
    return this.#acting > 0 || this.#ports.processes(this.#subject.service).length > 0
  }

  #run(op: 'run' | 'restart', { dueAt, why }: Due): void {
    this.#acting += 1
    void this.#ports
      .act({ service: this.#subject.service, op, why, dueAt, by: 'schedule' })
      .catch((thrown: unknown) => this.#ports.report('a run of a job broke', thrown))
      .then(() => {
        this.#acting -= 1
        this.ended()
      })
  }

  #tell(why: string, dueAt: number): void {
    const text = `the run of ${new Date(dueAt).toISOString()} is left out: ${why}`
    this.#ports.note({ service: this.#subject.service, by: 'schedule', tone: 'info', text })
  }
}
