import type { Exit } from '../base/exit.ts'
import type { ExitClass, InstanceState } from './views.ts'

/** What each kind of event says, beside the fields of {@link EventScope} (SUPERVISION, "Lifecycle events"). */
export interface EventData {
  'host.up': { readonly version: string; readonly pid: number; readonly node: string }
  'host.recovered': {
    readonly adopted: number
    readonly missedExits: number
    readonly orphans: number
    readonly bootMs: number
  }
  'host.detaching': { readonly reason: string }
  'host.shutdown': { readonly reason: string }
  'host.degraded': { readonly reasons: readonly string[] }
  'host.ok': Record<never, never>
  'host.bus_lost': { readonly why: string }
  'host.bus_restored': { readonly outageMs: number; readonly queued: number }
  'host.gap': { readonly lost: number }
  /** Said by one voice for the fleet: how a host stands, which is perhaps not the one that says it. */
  'fleet.host_up': { readonly host: string; readonly why: string }
  'fleet.host_unreachable': { readonly host: string; readonly why: string }
  'fleet.host_down': { readonly host: string; readonly why: string }
  'service.declared': { readonly instances: number }
  'service.removed': Record<never, never>
  /** Something that people should hear of though nothing was done, such as a folder that cannot be watched. */
  'service.note': { readonly about: string; readonly what: string; readonly next?: string }
  'service.state': {
    readonly desired: 'up' | 'down'
    readonly online: number
    readonly total: number
    readonly status: string
    readonly pid?: number
    readonly restarts: number
  }
  'service.summary': { readonly count: number; readonly last: string }
  'group.restarting': {
    readonly strategy: string
    readonly trigger: string
    readonly stopped: readonly string[]
  }
  'group.exhausted': { readonly max: number; readonly windowMs: number }
  'instance.requested': { readonly restart: boolean }
  /** It may not start before another service has come so far. */
  'instance.waiting': { readonly why: string }
  'instance.spawned': { readonly guardPid: number; readonly argv: readonly string[] }
  'instance.start_failed': {
    readonly class: ExitClass
    readonly why: string
    readonly hint?: string
  }
  'instance.online': { readonly pid: number; readonly bootMs: number; readonly restarts: number }
  'instance.stable': { readonly uptimeMs: number }
  'instance.backoff_reset': { readonly uptimeMs: number }
  'instance.restarting': { readonly why: string }
  'instance.stopping': { readonly pid: number; readonly signal: string; readonly timeoutMs: number }
  /** It was not ready in time, and is ended. */
  'instance.ready_timeout': { readonly pid: number; readonly timeoutMs: number }
  /** A probe found it unwell; it is ended, and restarted as its policy says. */
  'instance.unhealthy': { readonly pid: number; readonly why: string }
  /** A command at a step of its life failed; of `pre_start` only where the start goes on. */
  'instance.hook_failed': { readonly hook: string; readonly why: string }
  /** It takes no new work, and finishes what it has. */
  'instance.draining': { readonly pid: number; readonly deadlineMs: number }
  /** What a service said through `process.send`. */
  'instance.message': { readonly message: unknown }
  'instance.killing': { readonly pid?: number }
  'instance.stuck': {
    readonly survivors: readonly { readonly pid: number; readonly state: string }[]
  }
  'instance.exited': {
    readonly pid?: number
    readonly exit: Exit
    readonly class: ExitClass
    readonly uptimeMs: number
    readonly planned: boolean
    readonly observedLate: boolean
    readonly lastLogLines: readonly string[]
    /** When it happened, ms since 1970: earlier than the event's `time` when nobody was watching. */
    readonly exitedAt: number
    /** What is known beyond the exit itself, such as a full disk under the logs. */
    readonly note?: string
  }
  'instance.backoff': {
    readonly attempt: number
    readonly delayMs: number
    readonly dueAt: number
    readonly why: string
  }
  'instance.errored': { readonly why: string; readonly evidence: readonly string[] }
  'instance.completed': { readonly why: string }
  'instance.stopped': Record<never, never>
  'reload.started': {
    readonly reloadId: string
    readonly slots: readonly number[]
    /** Whether the declaration changed as well. */
    readonly isRedeclared: boolean
    /** What made it necessary, where nobody simply asked. */
    readonly why?: string
    /** They are told by this signal and keep their processes. */
    readonly signal?: string
  }
  'reload.step': {
    readonly reloadId: string
    readonly slot: number
    readonly replaced: number
    readonly total: number
    /** It was told by this signal, and not replaced. */
    readonly signal?: string
  }
  'reload.completed': {
    readonly reloadId: string
    /** They were told by this signal and kept their processes; nothing can be taken back then. */
    readonly signal?: string
    readonly ms: number
    readonly replaced: number
    /** Connections that were cut off. */
    readonly forced: number
  }
  /** `left`: slots that run what failed all the same, because there is no way back. */
  'reload.rolled_back': {
    readonly reloadId: string
    /** They were told by this signal and kept their processes; nothing can be taken back then. */
    readonly signal?: string
    readonly ms: number
    readonly why: string
    readonly left: readonly number[]
  }
  'reload.halted': {
    readonly reloadId: string
    /** They were told by this signal and kept their processes; nothing can be taken back then. */
    readonly signal?: string
    readonly ms: number
    readonly why: string
    readonly replaced: number
  }
  'primary.up': { readonly pid: number }
  'primary.adopted': { readonly pid: number }
  'primary.retired': Record<never, never>
  /** It ended although workers needed it. */
  'primary.lost': { readonly exit: Exit }
  'instance.adopted': { readonly pid: number; readonly gapMs: number }
  'log.rotated': {
    readonly file: string
    readonly rotatedTo: string
    readonly bytes: number
    readonly why: 'size' | 'age' | 'asked'
    /** How long whoever writes it stood still. */
    readonly frozenMs: number
  }
  'orphan.found': { readonly pid: number; readonly command: string }
  'command.accepted': { readonly op: string }
  'command.rejected': { readonly op?: string; readonly reason: string; readonly sample?: string }
  /** `services`: those that it did something to, where they are more than the one that the event is about. */
  'command.done': {
    readonly op: string
    readonly ms: number
    readonly services?: readonly string[]
  }
  'command.failed': { readonly op: string; readonly why: string; readonly ms: number }
  'actor.fault': { readonly path: string; readonly why: string }
}

/** Every type of event, as commands and `--type` spell it; on the wire it stands as {@link typeName} has it. */
export type EventType = keyof EventData

/** Whom an event is about. */
export interface EventScope {
  readonly service?: string
  readonly slot?: number
  /** The launch counter of the slot. */
  readonly incarnation?: number
  readonly state?: InstanceState
  /** Who asked, where somebody did: `anna`, `redis-cli (unsigned)`, `cli`. */
  readonly by?: string
  /** The command or event that led here. */
  readonly cause?: string
}

/** An event before it has a host, a number and a time. */
export type EventDraft = {
  readonly [T in EventType]: EventScope & { readonly type: T; readonly data: EventData[T] }
}[EventType]

/** The type as CloudEvents wants it: a reversed domain, and a version that changes with the shape of its data. */
export function typeName(type: EventType): `dev.troupe.${EventType}.v1` {
  return `dev.troupe.${type}.v1`
}

/** `instance.online` of `dev.troupe.instance.online.v1`; undefined for types of others. */
export function shortType(type: string): string | undefined {
  return /^dev\.troupe\.(.+)\.v\d+$/.exec(type)?.[1]
}
