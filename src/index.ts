import type { Fleet, FleetOptions } from './bus/fleet.ts'
import { type ConnectOptions, connectTo } from './control/connect.ts'
import type { Troupe } from './control/troupe.ts'

/**
 * Connects to a fleet: to every manager that shares a Redis and a namespace.
 *
 * @throws TroupeError `E_BUS_DOWN` when Redis cannot be reached or refuses the user · `E_CONFIG` when the
 *   namespace cannot be one
 * @example
 * const fleet = await connect({ redis: 'redis://127.0.0.1:6379', namespace: 'shop' })
 * for await (const item of fleet.events({ types: ['instance.exited'] })) console.log(item)
 */
export function connect(options: FleetOptions): Promise<Fleet>
/**
 * Connects to the manager of this host, and starts one first where `startManager` says so.
 *
 * @throws TroupeError `E_MANAGER_UNREACHABLE` when none runs, or the one that was started does
 *   not come up within 10 s · `E_TIMEOUT` when it is frozen · `E_CONFIG` when the home is not ours
 * @example
 * const troupe = await connect({ startManager: true })
 * await troupe.start('processes.json')
 * console.log(await troupe.list())
 * await troupe.close()
 */
export function connect(options?: ConnectOptions): Promise<Troupe>
export async function connect(
  options: ConnectOptions | FleetOptions = {},
): Promise<Troupe | Fleet> {
  if (isFleet(options)) {
    // The client of Redis costs more than all the rest: only who names one loads it.
    const { openFleet } = await import('./bus/fleet.ts')
    return openFleet(options)
  }
  return connectTo(async () => {
    const { managerProgram } = await import('./control/manager-program.ts')
    return managerProgram()
  }, options)
}

function isFleet(options: ConnectOptions | FleetOptions): options is FleetOptions {
  return 'redis' in options
}

export type { Check } from './base/check.ts'
export { type ErrorCode, TroupeError } from './base/errors.ts'
export type { Exit } from './base/exit.ts'
export type { Fleet, FleetLinkState, FleetOptions } from './bus/fleet.ts'
export type { FleetCommandOptions } from './bus/fleet-command.ts'
export type { ServiceState } from './bus/service-state.ts'
export type { FleetOutcome, HostReply, Undone } from './bus/tally.ts'
export type { ConnectOptions } from './control/connect.ts'
export { declare, type DeclarationFile, type DeclaredApp } from './control/declare.ts'
export type { CommandOptions, Outcome, Services, StartOptions, Troupe } from './control/troupe.ts'
export type { Account } from './declaration/accounts.ts'
export type { AmendableField, Amendment } from './declaration/amendment.ts'
export type { EnvFilter } from './declaration/env-filter.ts'
export type { Hook, HookName, Hooks } from './declaration/hooks.ts'
export type { Increment } from './declaration/increment.ts'
export type { LogStamp, TimeFormat, TimeToken } from './declaration/log-stamp.ts'
export type { Probe, Readiness } from './declaration/probes.ts'
export type { DeclarationError, Problem } from './declaration/problem.ts'
export type { RestartMode } from './declaration/restart-mode.ts'
export type { RotationSpec } from './declaration/rotation.ts'
export type { RunAs } from './declaration/run-as.ts'
export type {
  Declaration,
  Dependency,
  GroupSpec,
  PostUpdate,
  ServiceSpec,
  Strategy,
} from './declaration/service.ts'
export type {
  CronRestart,
  Overlap,
  Schedule,
  Times,
  WatchOptions,
  WatchSpec,
  WriteFinish,
} from './declaration/triggers.ts'
export type { Instruments, Metric, OfferedAction } from './process/instruments.ts'
export type {
  ActionOutcome,
  ActionReply,
  Bookmark,
  Change,
  FieldChange,
  Finding,
  LogLine,
  SourceMove,
  Story,
  StoryLine,
  TrustedKeyView,
} from './protocol/answers.ts'
export type { Envelope, EventBody, LifecycleEvent } from './protocol/envelope.ts'
export type { EventData, EventScope, EventType } from './protocol/events.ts'
export type { HostSelector } from './protocol/host-selector.ts'
export type {
  Acted,
  Declared,
  Nothing,
  Op,
  Operations,
  Params,
  Result,
  ServiceTarget,
  Updated,
} from './protocol/operations.ts'
export type { HostAnswer, Rejection, RejectReason, Reply } from './protocol/replies.ts'
export type {
  BusView,
  ExitClass,
  ExitRecord,
  FleetHost,
  HostView,
  InstanceDetail,
  InstanceState,
  InstanceView,
  JobRun,
  ServiceSettings,
  ServiceView,
  SourceView,
  WatchView,
} from './protocol/views.ts'
export type { ResyncReason, WatchItem } from './protocol/watch.ts'
export type { EventsOptions, FleetEventsOptions } from './protocol/watch-wanted.ts'
