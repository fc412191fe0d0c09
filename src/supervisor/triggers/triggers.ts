import { type Cancel, every, type Millis } from '../../base/clock.ts'
import type { ServiceSpec } from '../../declaration/service.ts'
import { CronTrigger } from './cron-trigger.ts'
import { JobTrigger } from './job-trigger.ts'
import { MemoryTrigger } from './memory-trigger.ts'
import type { TriggerPorts } from './ports.ts'
import type { Subject, Trigger } from './trigger.ts'
import { explain, type Explanation, type WatchSite, watchRules } from './watch-rules.ts'
import { WatchTrigger } from './watch-trigger.ts'

/** A service and what triggers it. */
export interface Triggered {
  /** The same over all changes of its declaration. */
  readonly id: string
  readonly spec: ServiceSpec
  /** Whether somebody wants it up, even where it has given up or waits: what was stopped stays stopped. */
  readonly isUp: () => boolean
  /** Whether its files change because somebody brings it another source, and the service along with it. */
  readonly isMoving?: () => boolean
}

/** What a service's triggers are about to do. */
export interface TriggerView {
  /** ms since 1970. */
  readonly cronAt?: number
  readonly runAt?: number
  readonly isWatched: boolean
}

interface Armed {
  readonly spec: ServiceSpec
  readonly all: readonly Trigger[]
  readonly cron: CronTrigger | undefined
  readonly job: JobTrigger | undefined
  readonly memory: MemoryTrigger | undefined
}

/** USERS 15 asks for one to two seconds; services that share a beat share one look at `/proc`. */
const usualSampleMs: Millis = 1_500

/** Keeps the triggers of every service: files that change, times that come, memory that grows. */
export class Triggers {
  readonly #ports: TriggerPorts
  readonly #armed = new Map<string, Armed>()
  readonly #closing = new Set<Promise<void>>()
  #sampling: Cancel | undefined
  #isSampling = false

  constructor(ports: TriggerPorts) {
    this.#ports = ports
  }

  /**
   * Arms what a declaration asks for; one that says the same as before changes nothing.
   *
   * Resolves once every change from now on is seen, and never rejects: what cannot be armed is noted and tried again.
   */
  async set(service: Triggered): Promise<void> {
    const before = this.#armed.get(service.id)
    if (before !== undefined && fingerprint(before.spec) === fingerprint(service.spec)) return
    if (before !== undefined) this.#close(before)
    const armed = this.#arm(service, before === undefined)
    this.#armed.set(service.id, armed)
    this.#sample()
    await Promise.all(armed.all.map((trigger) => trigger.open()))
  }

  /** Forgets a service. */
  drop(id: string): void {
    const armed = this.#armed.get(id)
    if (armed !== undefined) this.#close(armed)
    this.#armed.delete(id)
    this.#sample()
  }

  /** Disarms everything; what was begun goes on. */
  async close(): Promise<void> {
    for (const id of this.#armed.keys()) this.drop(id)
    await Promise.all(this.#closing)
  }

  /** A process of a job has ended: a run that waited for it may begin. */
  ended(id: string): void {
    this.#armed.get(id)?.job?.ended()
  }

  /** Whether a change of a path, absolute or from what is watched, would restart a service. */
  explain(path: string, spec: ServiceSpec): Explanation {
    return explain(path, spec.watch, this.#site)
  }

  view(id: string): TriggerView {
    const { cron, job, spec } = this.#armed.get(id) ?? {}
    return {
      ...(cron?.dueAt === undefined ? {} : { cronAt: cron.dueAt }),
      ...(job?.dueAt === undefined ? {} : { runAt: job.dueAt }),
      isWatched: spec?.watch !== undefined,
    }
  }

  get #site(): WatchSite {
    return {
      home: this.#ports.home,
      // Where logs of many services lie side by side, one that writes must not restart another.
      written: () => [...this.#armed.values()].flatMap(({ spec }) => writtenBy(spec)),
    }
  }

  #arm({ id, spec, isUp, isMoving }: Triggered, isBoot: boolean): Armed {
    const ports = this.#ports
    const subject: Subject = {
      id,
      service: spec.name,
      isUp,
      ...(isMoving === undefined ? {} : { isMoving }),
    }
    const { watch, cronRestart, schedule, maxMemoryBytes } = spec
    const files =
      watch && new WatchTrigger(subject, watch, { ports, rules: watchRules(watch, this.#site) })
    const cron = cronRestart && new CronTrigger(subject, cronRestart, ports)
    const job = schedule && new JobTrigger(subject, schedule, { ports, isBoot })
    const memory =
      maxMemoryBytes === undefined ? undefined : new MemoryTrigger(subject, maxMemoryBytes, ports)
    const all = [files, cron, job, memory].filter((trigger) => trigger !== undefined)
    return { spec, all, cron, job, memory }
  }

  #close({ all }: Armed): void {
    const closing = Promise.all(all.map((trigger) => trigger.close()))
      .catch((thrown: unknown) => this.#ports.report('a trigger did not close', thrown))
      .then(() => void this.#closing.delete(closing))
    this.#closing.add(closing)
  }

  /** Looks at memory only while some service has a limit. */
  #sample(): void {
    const isNeeded = [...this.#armed.values()].some(({ memory }) => memory !== undefined)
    if (!isNeeded) {
      this.#sampling?.()
      this.#sampling = undefined
    } else {
      const { clock, sampleEveryMs = usualSampleMs } = this.#ports
      this.#sampling ??= every(clock, sampleEveryMs, () => void this.#weigh())
    }
  }

  async #weigh(): Promise<void> {
    // On a machine under load a look may take longer than the beat.
    if (this.#isSampling) return
    this.#isSampling = true
    const limited = [...this.#armed.values()].flatMap(({ memory }) => memory ?? [])
    const pids = limited.flatMap((memory) => memory.processes().map(({ pid }) => pid))
    try {
      const usages = await this.#ports.meter.measure(pids)
      for (const memory of limited) memory.weigh(usages)
    } catch (thrown) {
      this.#ports.report('memory could not be measured', thrown)
    } finally {
      this.#isSampling = false
    }
  }
}

function fingerprint({
  name,
  watch,
  cronRestart,
  schedule,
  maxMemoryBytes,
  ...spec
}: ServiceSpec): string {
  return JSON.stringify([name, watch, cronRestart, schedule, maxMemoryBytes, writtenBy(spec)])
}

function writtenBy(
  spec: Pick<ServiceSpec, 'outFile' | 'errorFile' | 'pidFile'>,
): readonly string[] {
  return [spec.outFile, spec.errorFile, spec.pidFile].filter((path) => path !== undefined)
}
