import type { Cancel, Millis } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import type { Exit } from '../base/exit.ts'
import type { Hook, HookName } from '../declaration/hooks.ts'
import { cookieVariable } from '../process/cookie.ts'
import type { LaunchRecord } from '../process/host.ts'
import type { Sight } from '../process/probe.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import { drainSlackMs } from './instance-readiness.ts'
import { launchOrder } from './launch-order.ts'
import type { Standing } from './remembered.ts'
import type { SeatedSlot } from './seat.ts'

/** Whoever keeps the process. */
interface Outside {
  /** What runs now. */
  readonly record: () => LaunchRecord | undefined
  /** A hook failed, and nothing waits for it. */
  readonly failed: (hook: HookName, why: string) => void
  /** What has been told to end after its hook, has had its time. */
  readonly overdue: (launch: number) => void
  /** `post_ready` is over. */
  readonly greeted: (launch: number) => void
}

/** A stop that waits for its hook. */
interface Stopping {
  readonly launch: number
  readonly hook: AbortController
  readonly waiting: (() => void)[]
  isTold: boolean
}

/**
 * Runs the commands that are declared around the steps of one instance's life. None outlives its timeout, its
 * manager's leaving, or the sweep of its launch, whose cookie it carries.
 */
export class HookRunner {
  readonly #ports: Pick<SupervisorPorts, 'clock' | 'prober' | 'around' | 'host'>
  readonly #outside: Outside
  #slot: SeatedSlot
  #last: Standing['state'] | undefined
  #stopping: Stopping | undefined
  #pid: number | undefined
  #graceMs = 0
  #isClosed = false
  /** `post_ready`, while it runs. */
  #greeting: AbortController | undefined
  #cancelOverdue: Cancel = () => {}
  readonly #running = new Set<AbortController>()

  constructor(
    slot: SeatedSlot,
    ports: Pick<SupervisorPorts, 'clock' | 'prober' | 'around' | 'host'>,
    outside: Outside,
  ) {
    this.#slot = slot
    this.#ports = ports
    this.#outside = outside
  }

  /** `post_ready` runs. */
  get isGreeting(): boolean {
    return this.#greeting !== undefined
  }

  /** What the instance is now; it may just have become ready. */
  follow(slot: SeatedSlot, standing: Standing): void {
    const { state, memory } = standing
    const before = this.#last
    this.#slot = slot
    this.#last = state
    this.#pid = memory.pid
    // Who was adopted became ready under another manager, which saw to it.
    if (state === 'online' && before === 'starting') this.#becameReady(standing.launch)
  }

  /**
   * Runs `pre_start`. Undefined: there is nothing to wait for.
   *
   * @throws TroupeError `E_PREFLIGHT` when it failed and the process is not to start
   */
  beforeStart(slot: SeatedSlot, launch: number, record: LaunchRecord): Promise<void> | undefined {
    this.#slot = slot
    const hook = slot.spec.hooks?.pre_start
    return hook && this.#beforeStart(hook, launch, record)
  }

  /** How long a process that is told to end has from then on. */
  allow(graceMs: Millis): void {
    this.#graceMs = graceMs
  }

  /**
   * Runs `pre_stop` once for each launch; what is to be done to the process waits for it.
   *
   * @returns false where nothing has to wait
   */
  beforeStop(of: { readonly launch: number; readonly isLast: boolean }, act: () => void): boolean {
    const { launch, isLast } = of
    const record = this.#outside.record()
    const hook = this.#slot.spec.hooks?.pre_stop
    if (hook === undefined || record === undefined) return false
    const then = (): void => {
      act()
      this.#watch(launch, isLast ? this.#graceMs : this.#slot.spec.drainTimeoutMs + drainSlackMs)
    }
    if (this.#stopping?.launch !== launch) this.#stop(hook, launch, record)
    if (this.#stopping?.isTold === true) then()
    else this.#stopping?.waiting.push(then)
    return true
  }

  /** Ends the hook that a stop waits for: there is no time left. */
  cut(): void {
    this.#cancelOverdue()
    this.#stopping?.waiting.splice(0)
    this.#stopping?.hook.abort()
  }

  /** The process is gone: what was to be done with it, or told of it, is not so any more. */
  gone(): void {
    this.cut()
    this.#dismiss()
  }

  /**
   * Runs `post_stop`, once all that is known of an end is gathered; the end is told after that.
   *
   * @throws whatever kept the end from being looked into
   */
  async afterStop<T>(
    gathered: Promise<T>,
    { launch, exit, record: { cookie } }: { launch: number; exit: Exit; record: LaunchRecord },
  ): Promise<T> {
    const known = await gathered
    const { hooks, treekill } = this.#slot.spec
    const hook = hooks?.post_stop
    if (hook === undefined) return known
    await this.#tellOf(
      'post_stop',
      this.#run('post_stop', hook, { launch, cookie, ...howOf(exit) }),
    )
    // What left its group; but what was left alone on purpose carries the same cookie.
    if (treekill) await this.#ports.host.sweep(cookie).catch(() => {})
    return known
  }

  /** Ends what runs: the next manager, or incarnation of the actor, begins the step again. */
  close(): void {
    this.#isClosed = true
    this.#cancelOverdue()
    this.#stopping?.waiting.splice(0)
    for (const hook of this.#running) hook.abort()
  }

  #becameReady(launch: number): void {
    const record = this.#outside.record()
    const hook = this.#slot.spec.hooks?.post_ready
    if (hook === undefined || record === undefined) return
    const { cookie } = record
    const end = new AbortController()
    this.#greeting = end
    const of = { launch, cookie, end, ...this.#itself() }
    void this.#tellOf('post_ready', this.#run('post_ready', hook, of)).then(() => {
      if (this.#greeting !== end) return
      this.#greeting = undefined
      this.#outside.greeted(launch)
    })
  }

  async #beforeStart(hook: Hook, launch: number, { cookie }: LaunchRecord): Promise<void> {
    // Whoever stops it waits for this: a migration is not to be cut in half.
    const why = await this.#run('pre_start', hook, { launch, cookie })
    if (why === undefined) return
    if (hook.onFailure === 'continue') return this.#outside.failed('pre_start', why)
    throw new TroupeError('E_PREFLIGHT', `pre_start failed: ${why}`, {
      hint: `see: troupe logs ${this.#slot.spec.name}`,
      // The next try may find what this one did not.
      cause: Object.assign(new Error(why), { code: 'EAGAIN' }),
    })
  }

  #stop(hook: Hook, launch: number, { cookie }: LaunchRecord): void {
    const end = new AbortController()
    const stopping: Stopping = { launch, hook: end, waiting: [], isTold: false }
    this.#stopping = stopping
    this.#dismiss()
    const of = { launch, cookie, end, ...this.#itself() }
    void this.#tellOf('pre_stop', this.#run('pre_stop', hook, of)).then(() => {
      stopping.isTold = true
      for (const act of stopping.waiting.splice(0)) act()
    })
  }

  /** Ends `post_ready`: of two hooks the later one is to have the last word. */
  #dismiss(): void {
    this.#greeting?.abort()
    this.#greeting = undefined
  }

  /** The machine gave the hook and the process their time together; the process has its own from now on. */
  #watch(launch: number, ms: Millis): void {
    this.#cancelOverdue()
    this.#cancelOverdue = this.#ports.clock.after(ms, () => this.#outside.overdue(launch))
  }

  /** For hooks of a living process. */
  #itself(): { readonly env: Readonly<Record<string, string>> } {
    return { env: this.#pid === undefined ? {} : { TROUPE_PID: String(this.#pid) } }
  }

  async #tellOf(hook: HookName, running: Promise<Sight>): Promise<void> {
    const why = await running
    if (why !== undefined) this.#outside.failed(hook, why)
  }

  async #run(
    name: HookName,
    { argv, timeoutMs }: Hook,
    of: {
      readonly launch: number
      readonly cookie: string
      readonly env?: Readonly<Record<string, string>>
      readonly end?: AbortController
    },
  ): Promise<Sight> {
    if (this.#isClosed) return undefined
    const { prober, around } = this.#ports
    const { cookie, env: more, end = new AbortController() } = of
    const { cwd, env, user, files: log } = launchOrder(this.#slot, of.launch, around)
    const own = { ...env, ...more, TROUPE_HOOK: name }
    this.#running.add(end)
    const seen = await prober(
      { kind: 'exec', argv },
      {
        cwd,
        log,
        env: { ...own, [cookieVariable]: cookie },
        ...(user === undefined ? {} : { user }),
      },
      { timeoutMs, signal: end.signal },
    )
    this.#running.delete(end)
    return end.signal.aborted ? undefined : seen
  }
}

/** How a process ended, for the hook that comes after it. */
function howOf(exit: Exit): { readonly env: Readonly<Record<string, string>> } {
  if ('code' in exit) return { env: { TROUPE_EXIT_CODE: String(exit.code) } }
  return { env: 'signal' in exit ? { TROUPE_EXIT_SIGNAL: exit.signal } : {} }
}
