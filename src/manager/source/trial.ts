import type { InstanceView } from '../../protocol/views.ts'

/** How instances bear what they were given to run. */
export type TrialVerdict =
  | { readonly kind: 'well' }
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'failed'; readonly why: string }

/** @param seen the process that each instance was first seen online with; added to */
export function judge(
  views: readonly InstanceView[],
  seen: Map<number, number | undefined>,
): TrialVerdict {
  for (const { id, state, pid } of views) {
    if (state === 'online' && !seen.has(id)) seen.set(id, pid)
  }
  const failed = views.find((view) => hasFailed(view, seen))
  if (failed !== undefined) return { kind: 'failed', why: tellOf(failed) }
  const isWell = views.every(({ state }) => state === 'online' || state === 'stopped')
  return { kind: isWell ? 'well' : 'unsettled' }
}

function hasFailed({ id, state, pid }: InstanceView, seen: ReadonlyMap<number, unknown>): boolean {
  if (state === 'backoff' || state === 'errored' || state === 'stuck') return true
  return state === 'online' && seen.get(id) !== pid
}

function tellOf({ service, slot, state, why }: InstanceView): string {
  const who = `${service}#${slot}`
  if (state === 'online') return `${who} did not stay up, and was restarted`
  return `${who} is ${state}${why === undefined ? '' : `: ${why}`}`
}
