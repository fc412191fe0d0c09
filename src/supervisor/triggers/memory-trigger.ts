import { judgeMemory, type MemoryRecord } from './memory-limit.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { LiveProcess, TriggerPorts } from './ports.ts'
import type { Subject, Trigger } from './trigger.ts'
import type { TreeUsage } from '../../process/tree-usage.ts'

/** The slots to replace, and what was found of each. */
type Overweight = ReadonlyMap<number, string>

/** Replaces instances that use too much memory; who replaces them decides whether the new one comes first. */
export class MemoryTrigger implements Trigger {
  readonly #subject: Subject
  readonly #limitBytes: number
  readonly #ports: TriggerPorts
  readonly #records = new Map<number, MemoryRecord>()
  readonly #reloads: OneAtATime<Overweight>

  constructor(subject: Subject, limitBytes: number, ports: TriggerPorts) {
    this.#subject = subject
    this.#limitBytes = limitBytes
    this.#ports = ports
    this.#reloads = new OneAtATime({
      clock: ports.clock,
      merge: (waiting, added) => new Map([...waiting, ...added]),
      run: (slots) => this.#reload(slots),
      failed: (thrown) => ports.report('a reload by memory broke', thrown),
    })
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {
    this.#reloads.close()
  }

  /** The processes whose trees are to be weighed now. */
  processes(): readonly LiveProcess[] {
    return this.#subject.isUp() ? this.#ports.processes(this.#subject.service) : []
  }

  /** Judges the trees of {@link processes}. */
  weigh(usages: ReadonlyMap<number, TreeUsage>): void {
    const at = this.#ports.clock.now()
    const live = this.processes()
    for (const { slot, pid } of live) {
      const usage = usages.get(pid)
      if (usage === undefined) continue
      const verdict = judgeMemory(this.#limitBytes, this.#records.get(slot), { pid, usage, at })
      this.#records.set(slot, verdict.record)
      if (verdict.why !== undefined) this.#reloads.add(new Map([[slot, verdict.why]]))
      if (verdict.advice !== undefined) this.#advise(slot, verdict.advice)
    }
  }

  async #reload(slots: Overweight): Promise<void> {
    const { service, isUp } = this.#subject
    if (!isUp()) return
    const why = [...slots.values()].join('; ')
    await this.#ports.act({ service, op: 'reload', slots: [...slots.keys()], why, by: 'memory' })
  }

  #advise(slot: number, advice: string): void {
    const text = `${this.#subject.service}#${slot}: ${advice}`
    this.#ports.note({ service: this.#subject.service, by: 'memory', tone: 'warning', text })
  }
}
