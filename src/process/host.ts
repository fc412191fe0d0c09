import type { Exit } from '../base/exit.ts'

/** A process that can be told apart from a later one with the same pid. */
export interface ProcessIdentity {
  /** `/proc/sys/kernel/random/boot_id`: another boot means another process. */
  readonly bootId: string
  readonly pid: number
  /** Field 22 of `/proc/<pid>/stat`: clock ticks from boot to the start of the process. */
  readonly startTicks: number
}

/** Everything one launch needs: nothing about it is looked up later. */
export interface LaunchOrder {
  readonly service: string
  readonly slot: number
  /** `<service id>.<slot>.<incarnation>`: never used twice in one home. */
  readonly launchId: string
  readonly argv: readonly [command: string, ...args: string[]]
  readonly cwd: string
  /** The complete environment; the cookie is added to it. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute paths. `/dev/null` discards a stream; `pid` is written with the main pid and removed at exit. */
  readonly files: { readonly out: string; readonly error: string; readonly pid?: string }
}

/** What stands on disk about a launch before its process exists: the intent of {@link LaunchOrder}, without its environment. */
export interface LaunchRecord {
  readonly service: string
  readonly slot: number
  readonly launchId: string
  /** `<manager id>:<launch id>:<nonce>`; every process of the launch carries it as `TROUPE_COOKIE`. */
  readonly cookie: string
  readonly argv: readonly [command: string, ...args: string[]]
  readonly cwd: string
  readonly files: LaunchOrder['files']
  /** Wall time of the intent, ms since 1970. */
  readonly at: number
  /** The run directory. */
  readonly dir: string
}

/** What a process says of itself while it lives; each is called at most once, `exited` last. */
export interface ProcessEvents {
  /** The main process exists. */
  started(main: ProcessIdentity): void
  /** The main process is gone. `at` is when that happened, which may be long before the call. */
  exited(exit: Exit, at: Date): void
}

/** One launched process. Holding it holds the read end of its lifeline. */
export interface ManagedProcess {
  readonly record: LaunchRecord
  readonly guardPid: number | undefined
  readonly main: ProcessIdentity | undefined
  /** Sends to the main process (followed by SIGCONT unless it is SIGKILL or SIGSTOP); false when it is gone. */
  signal(signal: NodeJS.Signals): boolean
  /** SIGKILL to the main process, then, once the guard has noted the status, to the whole group. */
  kill(): Promise<void>
  /** Stops watching and leaves the process alone: what a manager does before it exits. */
  release(): void
}

/** A process that outlived a sweep. */
export interface Survivor {
  readonly pid: number
  /** The state letter of `/proc/<pid>/stat`: `D` cannot be killed. */
  readonly state: string
  readonly command: string
}

/** What a run directory turned out to be when a manager booted. */
export type Found =
  | { readonly kind: 'alive'; readonly record: LaunchRecord; readonly main: ProcessIdentity }
  | {
      readonly kind: 'exited'
      readonly record: LaunchRecord
      readonly exit: Exit
      readonly at: Date
    }
  | { readonly kind: 'unstarted'; readonly record: LaunchRecord }
  | { readonly kind: 'rebooted'; readonly record: LaunchRecord }
  | {
      readonly kind: 'orphan'
      readonly pid: number
      readonly cookie: string
      readonly command: string
    }

/** Starts, finds and ends processes. The manager uses `forkHost`, tests use `FakeHost`. */
export interface ProcessHost {
  /**
   * Writes the intent and opens what the process will need, before anything runs.
   *
   * @throws TroupeError `E_PREFLIGHT`, saying what is missing and what to do
   */
  prepare(order: LaunchOrder): Promise<PreparedLaunch>
  /** Everything this home ever launched that is not settled, and processes that carry its cookie without a run directory. */
  survey(): Promise<readonly Found[]>
  /** Takes over a living process found by {@link survey}. */
  adopt(found: Extract<Found, { kind: 'alive' }>, events: ProcessEvents): ManagedProcess
  /** SIGKILLs whatever still carries the cookie, until two scans in a row find nobody; says who is left after five. */
  sweep(cookie: string): Promise<readonly Survivor[]>
  /** Forgets a launch that is over: its run directory is kept under `done-*` for a while, then pruned. */
  settle(record: LaunchRecord): Promise<void>
}

/** A launch whose intent stands on disk. */
export interface PreparedLaunch {
  readonly record: LaunchRecord
  /** @throws TroupeError `E_SPAWN` */
  spawn(events: ProcessEvents): Promise<ManagedProcess>
  /** Gives up a launch that was not spawned. */
  abandon(): Promise<void>
}
