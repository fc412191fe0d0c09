import type { Exit } from '../base/exit.ts'
import type { Stamp } from './agent/stamp.ts'
import type { SpokenWord, InsideSight, ManagerWord } from './agent/words.ts'
import type { InsideLook } from './inside-looks.ts'
import type { Instruments } from './instruments.ts'
import type { Autonomy } from './primary/autonomy.ts'

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
  /** `<service id>.<slot>.<incarnation>`: never used twice in one home, and without a dot in the service id. */
  readonly launchId: string
  readonly argv: readonly [command: string, ...args: string[]]
  readonly cwd: string
  /** The complete environment; the cookie is added to it. */
  readonly env: Readonly<Record<string, string>>
  /** Who runs it, where not the user of the manager. Without `uid` that is the group alone. */
  readonly user?: { readonly uid?: number; readonly gid: number }
  /** Absolute paths. `/dev/null` discards a stream; `pid` is written with the main pid and removed at exit. */
  readonly files: { readonly out: string; readonly error: string; readonly pid?: string }
  /** Present for a worker of a clustered service. `argv` is then `[node, …args of node, script, …args]`. */
  readonly cluster?: ClusterOrder
  /** Loads the agent into the process. `argv` must begin with a Node. */
  readonly agent?: boolean
  /** It is waited for what only the agent can say, so a process without one is no use. */
  readonly isAwaited?: boolean
  /** What the agent is to write with each line; nothing without one. */
  readonly stamp?: Stamp
  /** Its standard input can be written to and does not end; without it, and in a worker, that is `/dev/null`. */
  readonly hasStdin?: boolean
}

/** How a worker stands with the others of its service. */
export interface ClusterOrder {
  /** Who accepts connections: the primary, in turn (`rr`), or the workers. Decided by a service's first worker. */
  readonly scheduling: 'rr' | 'none'
  /** So many words of `argv` behind the command are for Node itself. */
  readonly nodeArgs: number
  /** How the primary restarts workers while no manager lives; each order replaces what was said before. */
  readonly autonomy?: Autonomy
  /** It gets no connections while others can take them, until {@link ProcessHost.trust}; only where the primary accepts. */
  readonly isHeldBack?: true
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
  /** As in {@link LaunchOrder}. */
  readonly user?: { readonly uid?: number; readonly gid: number }
  /** Wall time of the intent, ms since 1970. */
  readonly at: number
  /** The run directory. */
  readonly dir: string
  /** A `worker` is kept by the primary of its service instead of a guard; absent is anything behind a guard. */
  readonly role?: 'primary' | 'worker'
}

/** What a process says of itself while it lives; `started` and `exited` at most once, and `exited` last. */
export interface ProcessEvents {
  /** The main process exists. */
  started(main: ProcessIdentity): void
  /** The service spoke, through its agent or its primary; each word is told once, whichever manager hears it. */
  said?(word: SpokenWord): void
  /** The main process is gone. `at` is when that happened, which may be long before the call. */
  exited(exit: Exit, at: Date): void
}

/** One launched process. Holding it holds the read end of its lifeline. */
export interface ManagedProcess {
  readonly record: LaunchRecord
  /** Who notes its end: its guard, or its primary. */
  readonly guardPid: number | undefined
  readonly main: ProcessIdentity | undefined
  /** Sends to the main process (followed by SIGCONT unless it is SIGKILL or SIGSTOP); false when it is gone. */
  signal(signal: NodeJS.Signals): boolean
  /** SIGKILL to the main process, then, once the guard has noted the status, to the whole group. */
  kill(): Promise<void>
  /**
   * Speaks to the service through its agent. False when nobody is there to hear it now: a service without an agent,
   * or one whose agent has not connected (again) yet, which takes at most a second.
   */
  tell?(word: ManagerWord): boolean
  /** Asks a worker to look at itself; `elsewhere` where looking from outside is as good. Never rejects. */
  look?(look: InsideLook): Promise<InsideSight>
  /** Writes to its standard input, whole or not at all, without waiting; says what stood in the way, if anything. */
  write?(text: string): StdinRefusal | undefined
  /** What the service has said of its actions and metrics so far. Words about them are no news. */
  readonly instruments?: Instruments
  /** Stops watching and leaves the process alone: what a manager does before it exits. */
  release(): void
}

/** `absent`: it has none that could be written to; `closed`: nobody reads it any more; `full`: nobody reads it now. */
export type StdinRefusal = 'absent' | 'closed' | 'full'

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
  /**
   * Says that no worker of a service will be wanted soon: its primary ends with the last of them. A worker that is
   * launched meanwhile takes that back. A service id is what a launch id begins with.
   */
  retirePrimary?(serviceId: string): Promise<void>
  /** A worker that was held back gets its share of connections from now on. */
  trust?(record: LaunchRecord): void
}

/** A launch whose intent stands on disk. */
export interface PreparedLaunch {
  readonly record: LaunchRecord
  /** @throws TroupeError `E_SPAWN` */
  spawn(events: ProcessEvents): Promise<ManagedProcess>
  /** Gives up a launch that was not spawned. */
  abandon(): Promise<void>
}
