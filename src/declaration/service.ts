import type { Millis } from '../base/clock.ts'
import type { EnvFilter } from './env-filter.ts'
import type { Hooks } from './hooks.ts'
import type { Increment } from './increment.ts'
import type { LogStamp } from './log-stamp.ts'
import type { RestartMode } from './restart-mode.ts'
import type { RotationSpec } from './rotation.ts'
import type { RunAs } from './run-as.ts'
import type { Probe, Readiness } from './probes.ts'
import type { CronRestart, Schedule, WatchSpec } from './triggers.ts'

/** One service as a declaration means it: every default filled in, every path absolute, every unit in the name. */
export interface ServiceSpec {
  readonly name: string
  /** The group it belongs to. */
  readonly namespace: string
  /** An absolute path, a command found on the PATH, or a whole shell line (then the interpreter is a shell, with `-c`). */
  readonly script: string
  readonly args: readonly string[]
  /** Absolute. */
  readonly cwd: string
  /** A command or an absolute path; `none`: the script is executed directly. */
  readonly interpreter: string
  readonly interpreterArgs: readonly string[]
  /** Absent: the user of the manager. */
  readonly runAs?: RunAs
  readonly execMode: 'fork' | 'cluster'
  /** What runs the script is a Node, so it can be given an agent. */
  readonly isNode: boolean
  /** Who accepts the connections of a clustered service: its primary, in turn (`rr`), or the workers. */
  readonly scheduling: 'rr' | 'none'
  /** How a reload replaces it: in cluster mode always one at a time. */
  readonly reload: 'restart' | 'overlap'
  /** What it reads in fork mode; absent: a pipe, and of a job /dev/null. */
  readonly stdin?: 'pipe' | 'null'
  /** Sent to a service in fork mode instead of replacing its processes. */
  readonly reloadSignal?: NodeJS.Signals
  /** At least 1; `max`, 0 and negative numbers are counted out already. */
  readonly instances: number
  /** `env` with the chosen `env_<name>` over it; the variables of the caller's shell are not in it. */
  readonly env: Readonly<Record<string, string>>
  /** Absent: the service gets all variables of the caller's shell. */
  readonly envFilter?: EnvFilter
  /** The environment that was chosen. */
  readonly envName?: string
  /** Absolute; `/dev/null` where the log is thrown away. */
  readonly outFile?: string
  readonly errorFile?: string
  /** What has no file of its own goes to `<logs>/<name>.log`. */
  readonly joinLogs?: true
  readonly pidFile?: string
  /** Written with each line; only where Node runs the script. */
  readonly logStamp?: LogStamp
  /** Absent: logs grow for ever. */
  readonly rotation?: RotationSpec
  /** All instances write the same log files. */
  readonly mergeLogs: boolean
  /** False: it is known, but starts only when it is asked for. */
  readonly autostart: boolean
  readonly restart: RestartMode
  /** Unstable exits in a row until it is given up; with 0 the first one is the last. */
  readonly maxRestarts: number
  readonly minUptimeMs: number
  readonly restartDelayMs: number
  /** Where no delay is declared, every crash restarts at once, as in PM2. */
  readonly isEager?: true
  /** The first delay of a growing one; 0: none. Wins over `restartDelayMs`. */
  readonly expBackoffMs: number
  readonly stopExitCodes: readonly number[]
  /** How long a process has between the first signal and SIGKILL. */
  readonly killTimeoutMs: number
  readonly killSignal: NodeJS.Signals
  /** What makes it online; absent: that its process exists. */
  readonly readiness?: Readiness
  /** Commands around the steps of its life. */
  readonly hooks?: Hooks
  /** How to see that it is still well. */
  readonly liveness?: Probe
  /** How long it may take to be ready. */
  readonly listenTimeoutMs: number
  /** Its end is asked for with the message `shutdown`, where it can be reached. */
  readonly shutdownWithMessage: boolean
  /** How long one that is replaced may finish its work before it is told to stop. */
  readonly drainTimeoutMs: number
  /** What the main process leaves behind when it ends, found by its cookie, is killed. */
  readonly treekill: boolean
  /** The variable that tells an instance its number. */
  readonly instanceVar: string
  /** A variable that differs from instance to instance. */
  readonly increment?: Increment
  /** Files whose change restarts it. */
  readonly watch?: WatchSpec
  /** Times at which it is restarted. */
  readonly cronRestart?: CronRestart
  /** An instance that uses more, all its processes together, is replaced. */
  readonly maxMemoryBytes?: number
  /** What has to come before each of its starts. */
  readonly dependsOn?: readonly Dependency[]
  /** Times at which it runs, as a job. */
  readonly schedule?: Schedule
  /** Git is not asked about it. */
  readonly vizion?: false
  /** What follows an update of its source; absent: nothing but a reload. */
  readonly postUpdate?: PostUpdate
  /** The declaration it came from, absolute; undefined for a script started by itself. */
  readonly file?: string
}

/** A service that another one waits for. */
export interface Dependency {
  readonly service: string
  /** `started`: its processes exist. `ready`: they are online. `completed`: they have ended well. */
  readonly until: 'started' | 'ready' | 'completed'
}

/** Shell commands that prepare a new revision of the source, in order. */
export interface PostUpdate {
  readonly commands: readonly string[]
  /** How long each of them may take. */
  readonly timeoutMs: Millis
}

/** How a failure of one service of a group touches the others (Erlang's strategies). */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one'

/** The services of one namespace, and how they are supervised together. */
export interface GroupSpec {
  readonly name: string
  readonly strategy: Strategy
  /** More restarts than `max` within the window, and the group gives up. */
  readonly intensity: { readonly max: number; readonly windowMs: number }
}

/** What a file, or a script with options, declares. */
export interface Declaration {
  /** In the order of the file. */
  readonly services: readonly ServiceSpec[]
  readonly groups: readonly GroupSpec[]
  /** What the caller should know, one sentence each; nothing here stops a start. */
  readonly warnings: readonly string[]
}
