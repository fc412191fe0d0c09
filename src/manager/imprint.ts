import type { ServiceSpec } from '../declaration/service.ts'
import type { DesiredService } from './desired-state.ts'

/** Whether nothing at all was changed. */
export function isSame(before: DesiredService, after: DesiredService): boolean {
  return (
    before.environment === after.environment &&
    JSON.stringify(before.spec) === JSON.stringify(after.spec)
  )
}

/** Whether what runs is not what is declared. */
export function needsRestart(before: DesiredService, after: DesiredService): boolean {
  return before.environment !== after.environment || !isInPlace(before.spec, after.spec)
}

/** What the manager itself does beside a process changes at once: the process need not know. */
const beside: readonly string[] = [
  ...(['watch', 'cronRestart', 'schedule', 'maxMemoryBytes', 'rotation'] as const),
  ...(['autostart', 'restart', 'maxRestarts', 'minUptimeMs', 'restartDelayMs'] as const),
  ...(['expBackoffMs', 'stopExitCodes', 'isEager', 'dependsOn', 'reload', 'reloadSignal'] as const),
  ...(['killTimeoutMs', 'killSignal', 'treekill', 'shutdownWithMessage'] as const),
  ...(['readiness', 'liveness', 'listenTimeoutMs', 'drainTimeoutMs'] as const),
  ...(['namespace', 'file', 'envName', 'instances'] as const),
  ...(['vizion', 'postUpdate', 'hooks'] as const),
] satisfies readonly (keyof ServiceSpec)[]

/** Whether what runs need not know of a change. */
export function isInPlace(before: ServiceSpec, after: ServiceSpec): boolean {
  return imprint(before) === imprint(after)
}

function imprint(spec: ServiceSpec): string {
  return JSON.stringify(Object.entries(spec).filter(([field]) => !beside.includes(field)))
}
