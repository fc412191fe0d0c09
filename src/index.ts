import { type ConnectOptions, connectTo } from './control/connect.ts'
import type { Troupe } from './control/troupe.ts'

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
export function connect(options: ConnectOptions = {}): Promise<Troupe> {
  return connectTo(async () => {
    const { managerProgram } = await import('./control/manager-program.ts')
    return managerProgram()
  }, options)
}

export { type ErrorCode, TroupeError } from './base/errors.ts'
export type { Exit } from './base/exit.ts'
export type { ConnectOptions } from './control/connect.ts'
export { declare, type DeclarationFile, type DeclaredApp } from './control/declare.ts'
export type {
  CommandOptions,
  EventsOptions,
  Outcome,
  Services,
  StartOptions,
  Troupe,
} from './control/troupe.ts'
export type { DeclarationError, Problem } from './declaration/problem.ts'
export type { Declaration, GroupSpec, ServiceSpec } from './declaration/service.ts'
export type { EventBody, LifecycleEvent } from './protocol/envelope.ts'
export type { EventData, EventType } from './protocol/events.ts'
export type {
  Bookmark,
  Finding,
  LogLine,
  Op,
  Operations,
  Params,
  Result,
  ServiceTarget,
  Story,
  StoryLine,
  TrustedKeyView,
} from './protocol/operations.ts'
export type {
  BusView,
  ExitClass,
  ExitRecord,
  HostView,
  InstanceDetail,
  InstanceState,
  InstanceView,
  ServiceView,
} from './protocol/views.ts'
export type { ResyncReason, WatchItem } from './protocol/watch.ts'
