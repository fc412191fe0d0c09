import type { Exit } from '../base/exit.ts'
import type { RestartMode } from '../declaration/restart-mode.ts'
import type { ServiceSpec } from '../declaration/service.ts'
import type { Instruments } from '../process/instruments.ts'

/** The state of an instance, in the words of SUPERVISION §4. */
export type InstanceState =
  | 'stopped'
  | 'waiting'
  | 'preparing'
  | 'spawning'
  | 'starting'
  | 'online'
  | 'draining'
  | 'stopping'
  | 'killing'
  | 'backoff'
  | 'errored'
  | 'adopting'
  | 'stuck'

/** Why a process ended, as restart policy sees it (SUPERVISION §5.1). */
export type ExitClass =
  | 'commanded'
  | 'success'
  | 'failure'
  | 'signal'
  | 'oom'
  | 'ready-timeout'
  | 'liveness'
  | 'spawn-error'
  | 'preflight'
  | 'host-reboot'
  | 'unknown'

/** One line of the crash ledger. Times are wall time, ms since 1970. */
export interface ExitRecord {
  readonly at: number
  readonly slot: number
  readonly pid?: number
  readonly exit: Exit
  readonly class: ExitClass
  readonly uptimeMs: number
  /** Ended while no manager was watching. */
  readonly observedLate: boolean
  readonly lastLogLines: readonly string[]
}

/** One slot of a service, as people see it. Times are wall time, ms since 1970. */
export interface InstanceView {
  /** PM2's `pm_id`: the number people type. */
  readonly id: number
  readonly service: string
  readonly namespace: string
  readonly slot: number
  readonly state: InstanceState
  /** Whether it is to run; `down` also for one that has done its work. */
  readonly desired: 'up' | 'down'
  readonly mode: 'fork' | 'cluster'
  readonly pid?: number
  readonly restarts: number
  readonly unstableRestarts: number
  readonly launchId?: string
  readonly startedAt?: number
  readonly onlineSince?: number
  /** When a backoff ends. */
  readonly dueAt?: number
  /** One sentence on how it came to this state. */
  readonly why?: string
  readonly cpuPercent: number
  readonly memoryBytes: number
  readonly lastExit?: ExitRecord
}

/** What was declared of a service's life, with the defaults filled in. */
export type ServiceSettings = Pick<
  ServiceSpec,
  | 'autostart'
  | 'minUptimeMs'
  | 'restartDelayMs'
  | 'expBackoffMs'
  | 'stopExitCodes'
  | 'listenTimeoutMs'
  | 'shutdownWithMessage'
  | 'treekill'
  | 'instanceVar'
  | 'watch'
  | 'cronRestart'
  | 'maxMemoryBytes'
>

/** A service with everything `describe` shows. Environment values are not part of it, only their names and origin. */
export interface ServiceView {
  readonly name: string
  readonly namespace: string
  readonly desired: 'up' | 'down'
  readonly script: string
  readonly args: readonly string[]
  readonly interpreter: string
  readonly interpreterArgs: readonly string[]
  readonly cwd: string
  readonly envName?: string
  readonly envNames: readonly string[]
  /** Variables that come from the shell that declared it. */
  readonly shellNames: readonly string[]
  /** Variables that Troupe gives its processes. */
  readonly ownNames: readonly string[]
  readonly file?: string
  readonly createdAt: number
  readonly autorestart: boolean
  readonly restart: RestartMode
  readonly mergeLogs: boolean
  readonly maxRestarts: number
  readonly killTimeoutMs: number
  readonly settings: ServiceSettings
  readonly version?: string
  /** Absent: not under git, not asked for, or git was late. */
  readonly source?: SourceView
  /** Of a job. */
  readonly schedule?: string
  /** When a job runs next, ms since 1970. */
  readonly nextRunAt?: number
  /** The last runs of a job, newest first. */
  readonly runs?: readonly JobRun[]
  readonly instances: readonly InstanceDetail[]
}

/** One run of a job. Times are wall time, ms since 1970. */
export interface JobRun {
  readonly startedAt: number
  /** The time that it was to begin; absent where somebody asked for it. */
  readonly dueAt?: number
  readonly endedAt?: number
  /** One sentence without a full stop. */
  readonly why: string
  readonly exit?: Exit
  /** `stopped`: by somebody. `lost`: it ended while no manager was watching, and left no status. */
  readonly outcome:
    | 'running'
    | 'succeeded'
    | 'failed'
    | 'timed-out'
    | 'replaced'
    | 'stopped'
    | 'lost'
}

/** What git knows of the source of a service. */
export interface SourceView {
  /** The top of the working tree, absolute. */
  readonly root: string
  /** The full hash of the commit. */
  readonly revision: string
  /** The first line of its message. */
  readonly subject: string
  /** ms since 1970. */
  readonly committedAt: number
  /** Absent: detached. */
  readonly branch?: string
  /** The branch that it follows, such as `origin/main`. */
  readonly upstream?: string
  readonly remotes: readonly string[]
  readonly remote?: string
  /** Without credentials. */
  readonly url?: string
  /** A tracked file is not as the commit has it. */
  readonly isDirty: boolean
  /** And that was not even staged. */
  readonly hasUnstaged: boolean
  /** Commits that the upstream has not, as far as was fetched. */
  readonly ahead: number
  /** Commits that only the upstream has, as far as was fetched. */
  readonly behind: number
  /** Where `backward` goes. */
  readonly previous?: string
  /** Where `forward` goes. */
  readonly next?: string
}

/** An instance with its files and its last exits, newest first. */
export interface InstanceDetail extends InstanceView {
  readonly outFile: string
  readonly errorFile: string
  readonly pidFile: string
  readonly exits: readonly ExitRecord[]
  /** What the process has said of its actions and metrics; absent where it has not. */
  readonly instruments?: Instruments
}

/** What a manager says of itself. */
export interface HostView {
  readonly host: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly version: string
  readonly pid: number
  readonly home: string
  readonly startedAt: number
  readonly mode: 'open' | 'mixed' | 'strict'
  readonly bus: BusView
  /** What is wrong with the host itself, such as a full disk. */
  readonly degraded: readonly string[]
  /** How many services are declared on it. */
  readonly services: number
  /** Runnable processes in the last minute for each processor: above 1 somebody waits. */
  readonly load: number
}

/** How a host of a fleet stands, as everybody in it sees it. */
export interface FleetHost {
  readonly host: string
  /** `unreachable`: its lease and its connection do not agree. */
  readonly state: 'up' | 'unreachable' | 'down'
  /** One sentence without a full stop. */
  readonly why: string
  /** When its lease ends or ended, ms since 1970 by the clock of Redis; absent once it has left. */
  readonly leaseUntil?: number
  /** What its manager said of itself last. */
  readonly info?: HostView
}

/** How a host stands with Redis; `since` is ms since 1970, `url` bears no password. */
export type BusView =
  | { readonly kind: 'alone' }
  | { readonly kind: 'up'; readonly url: string; readonly since: number }
  | {
      readonly kind: 'down'
      readonly url: string
      readonly since: number
      readonly why: string
      /** Events that wait for Redis to return. */
      readonly queued: number
    }

/** The files whose changes restart a service. */
export interface WatchView {
  readonly service: string
  /** What paths and patterns are reckoned from; absent with the next two where nothing is watched. */
  readonly base?: string
  readonly paths?: readonly string[]
  /** Absent: dotfiles and `node_modules`. */
  readonly ignore?: readonly string[]
  /** Of the path that was asked for. */
  readonly verdict?: {
    readonly kind: 'counts' | 'ignored' | 'outside'
    /** The rule that decided, as the declaration says it. */
    readonly rule: string
    /** One sentence without a full stop. */
    readonly why: string
  }
}
