import type { Exit } from '../base/exit.ts'
import type { ManagerWord, SpokenWord } from '../process/agent/words.ts'
import type {
  Found,
  LaunchOrder,
  LaunchRecord,
  ManagedProcess,
  PreparedLaunch,
  ProcessEvents,
  ProcessHost,
  ProcessIdentity,
  StdinRefusal,
  Survivor,
} from '../process/host.ts'

const firstPid = 1_000

/** A process that does only what a test tells it to, and notes what was done to it. */
export class FakeProcess implements ManagedProcess {
  /** Everything that was sent, oldest first; `kill()` is noted as SIGKILL. */
  readonly signals: NodeJS.Signals[] = []
  /** Everything that it was told, oldest first. */
  readonly told: ManagerWord[] = []
  /** Everything that was written to its standard input, oldest first. */
  readonly written: string[] = []
  readonly record: LaunchRecord
  readonly guardPid: number
  /** What the process was launched with; undefined when it was adopted. */
  readonly order: LaunchOrder | undefined
  isReleased = false
  isGone = false
  main: ProcessIdentity | undefined
  readonly #events: ProcessEvents

  constructor(of: {
    readonly record: LaunchRecord
    readonly order?: LaunchOrder
    readonly guardPid: number
    readonly main?: ProcessIdentity
    readonly events: ProcessEvents
  }) {
    this.record = of.record
    this.order = of.order
    this.guardPid = of.guardPid
    this.main = of.main
    this.#events = of.events
  }

  /** The main process comes to life. */
  started(pid: number = this.guardPid + 1): void {
    this.main = { bootId: 'fake-boot', pid, startTicks: pid }
    if (!this.isReleased) this.#events.started(this.main)
  }

  /** The main process ends. */
  exit(exit: Exit, at: Date = new Date(0)): void {
    this.isGone = true
    if (!this.isReleased) this.#events.exited(exit, at)
  }

  /** The service speaks through its agent. */
  say(word: SpokenWord): void {
    if (!this.isReleased) this.#events.said?.(word)
  }

  /** Only a process that was ordered with an agent, or that was adopted, can be told anything. */
  tell(word: ManagerWord): boolean {
    const hasAgent = this.order === undefined || this.order.agent === true
    if (this.isGone || !hasAgent) return false
    this.told.push(word)
    return true
  }

  /** As for {@link tell}: one that was adopted has a standard input. */
  write(text: string): StdinRefusal | undefined {
    if (this.order !== undefined && this.order.hasStdin !== true) return 'absent'
    this.written.push(text)
    return undefined
  }

  signal(signal: NodeJS.Signals): boolean {
    if (this.isGone || !this.main) return false
    this.signals.push(signal)
    return true
  }

  async kill(): Promise<void> {
    this.signals.push('SIGKILL')
  }

  release(): void {
    this.isReleased = true
  }
}

/** A process host without processes. */
export class FakeHost implements ProcessHost {
  /** Every order that was prepared, whether or not it was spawned. */
  readonly orders: LaunchOrder[] = []
  /** Every process, spawned or adopted. */
  readonly processes: FakeProcess[] = []
  /** The launch ids of launches that were given up before they were spawned. */
  readonly abandoned: string[] = []
  /** Every cookie that was swept. */
  readonly sweeps: string[] = []
  /** The launch ids that were settled. */
  readonly settled: string[] = []
  /** The service ids whose primaries were said to be needed no more. */
  readonly retired: string[] = []
  /** The launch ids of workers that were said to be trusted. */
  readonly trusted: string[] = []
  #sweeping: Promise<void> | undefined
  /** What `survey` answers. */
  found: readonly Found[] = []
  /** What `sweep` answers. */
  survivors: readonly Survivor[] = []
  readonly #failures = { prepare: [] as unknown[], spawn: [] as unknown[] }

  /** The process that was spawned or adopted last. */
  get latest(): FakeProcess {
    const process = this.processes.at(-1)
    if (!process) throw new Error('nothing was spawned yet')
    return process
  }

  /** The next call of that step fails with this error; several failures queue up. */
  failNext(step: 'prepare' | 'spawn', error: unknown): void {
    this.#failures[step].push(error)
  }

  async prepare(order: LaunchOrder): Promise<PreparedLaunch> {
    this.orders.push(order)
    this.#failIfTold('prepare')
    const record = recordOf(order)
    return {
      record,
      spawn: async (events) => {
        this.#failIfTold('spawn')
        return this.#add((guardPid) => new FakeProcess({ record, order, guardPid, events }))
      },
      abandon: async () => {
        this.abandoned.push(order.launchId)
      },
    }
  }

  async survey(): Promise<readonly Found[]> {
    return this.found
  }

  adopt(found: Extract<Found, { kind: 'alive' }>, events: ProcessEvents): FakeProcess {
    const { record, main } = found
    return this.#add((guardPid) => new FakeProcess({ record, guardPid, main, events }))
  }

  async sweep(cookie: string): Promise<readonly Survivor[]> {
    this.sweeps.push(cookie)
    await this.#sweeping
    return this.survivors
  }

  async settle(record: LaunchRecord): Promise<void> {
    this.settled.push(record.launchId)
  }

  /** Sweeps take until the returned function is called. */
  holdSweeps(): () => void {
    let end = (): void => {}
    this.#sweeping = new Promise((resolve) => (end = resolve))
    return () => end()
  }

  trust(record: LaunchRecord): void {
    this.trusted.push(record.launchId)
  }

  async retirePrimary(serviceId: string): Promise<void> {
    this.retired.push(serviceId)
  }

  #add(make: (guardPid: number) => FakeProcess): FakeProcess {
    const process = make(firstPid + this.processes.length * 2)
    this.processes.push(process)
    return process
  }

  #failIfTold(step: 'prepare' | 'spawn'): void {
    const failures = this.#failures[step]
    if (failures.length > 0) throw failures.shift()
  }
}

/** The record that a fake launch leaves, and that a test hands to `found`. */
export function recordOf(order: LaunchOrder): LaunchRecord {
  const { service, slot, launchId, argv, cwd, files } = order
  const cookie = `fake:${launchId}:nonce`
  const dir = `/fake/run/${launchId}`
  const plain = { service, slot, launchId, cookie, argv, cwd, files, at: 0, dir }
  return order.cluster === undefined ? plain : { ...plain, role: 'worker' }
}
