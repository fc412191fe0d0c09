import type { Cancel } from '../base/clock.ts'
import type { Dependency } from '../declaration/service.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Board } from './instance-ports.ts'

/** Why a service may not start yet. */
export interface Unmet {
  /** One sentence without a full stop. */
  readonly why: string
  /** Somebody wants what it waits for, so it may come by itself. */
  readonly isComing: boolean
}

/** The first of its dependencies that a service has to wait for; undefined when there is none. */
export function unmetOf(
  dependencies: readonly Dependency[],
  viewsOf: (service: string) => readonly InstanceView[],
): Unmet | undefined {
  for (const { service, until } of dependencies) {
    const views = viewsOf(service)
    if (views.length > 0 && views.every((view) => isMet(view, until))) continue
    const state = views.find((view) => !isMet(view, until))?.state ?? 'not declared here'
    const isComing = views.some(mayCome)
    return { why: `waits for ${service} to be ${until}: it is ${state}`, isComing }
  }
  return undefined
}

function isMet(
  { state, pid, desired, lastExit }: InstanceView,
  until: Dependency['until'],
): boolean {
  switch (until) {
    case 'started':
      return pid !== undefined && state !== 'stopping' && state !== 'killing'
    case 'ready':
      return state === 'online'
    case 'completed':
      return state === 'stopped' && desired === 'down' && lastExit?.class === 'success'
  }
}

/** Who was given up comes back only when somebody asks for it. */
function mayCome({ desired, state }: InstanceView): boolean {
  return desired === 'up' && state !== 'errored'
}

/** Calls `met` once, when nothing is in the way any more; `unmet` each time that something else is. */
export function awaitDependencies(
  dependencies: readonly Dependency[],
  board: Pick<Board, 'of' | 'onChange'>,
  { met, unmet }: { readonly met: () => void; readonly unmet: (unmet: Unmet) => void },
): Cancel {
  let told = ''
  let cancel: Cancel = () => {}
  const look = (): boolean => {
    const found = unmetOf(dependencies, (service) => board.of(service))
    if (found === undefined) {
      cancel()
      met()
      return true
    }
    const said = JSON.stringify(found)
    if (said !== told) unmet(found)
    told = said
    return false
  }
  if (!look()) cancel = board.onChange(look)
  return () => cancel()
}
