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
  return before.environment !== after.environment || imprint(before) !== imprint(after)
}

/** What the manager itself does beside a process changes at once: the process need not know. */
const beside: readonly string[] = [
  'watch',
  'cronRestart',
  'schedule',
  'maxMemoryBytes',
  'rotation',
  'vizion',
  'postUpdate',
] satisfies readonly (keyof ServiceSpec)[]

function imprint({ spec }: DesiredService): string {
  return JSON.stringify(Object.entries(spec).filter(([field]) => !beside.includes(field)))
}
