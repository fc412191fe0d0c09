import { TroupeError } from '../base/errors.ts'
import type { Change } from '../protocol/answers.ts'
import type { Board } from '../supervisor/instance-ports.ts'
import { type Acted, allOf } from './acted.ts'
import type { DesiredStore } from './desired-store.ts'
import { type Plan, planOf, type Wanted } from './plan.ts'
import type { Asker, Roster } from './roster.ts'

interface Ports {
  readonly roster: Roster
  readonly store: Pick<DesiredStore, 'state'>
  readonly board: Board
}

/** What an apply did. */
export interface Applied extends Acted {
  readonly changes: readonly Change[]
}

/** What an apply would do now. */
export function planNow(wanted: Wanted, { store, board }: Ports): Plan {
  return planOf(wanted, { state: store.state, viewsOf: (service) => board.of(service) })
}

/**
 * Makes what is declared so, and touches nothing that is so already.
 *
 * @throws TroupeError `E_FAILED` for a digest of another plan than the one that holds now
 */
export async function apply(
  wanted: Wanted & { readonly digest?: string | undefined },
  asker: Asker,
  ports: Ports,
): Promise<Applied> {
  const { changes, digest } = planNow(wanted, ports)
  if (wanted.digest !== undefined && wanted.digest !== digest) throw stale(wanted.digest, digest)
  const { roster } = ports
  const gone = changes.flatMap((change) => (change.kind === 'remove' ? [change.service] : []))
  const acts = [
    ...(gone.length > 0 ? [roster.remove(gone, asker).then(() => ({ instances: [] }))] : []),
    ...(['start', 'reload'] as const).map((how) =>
      declare(how, changes, wanted, { asker, roster }),
    ),
  ]
  const { instances, notes = [] } = allOf(await Promise.allSettled(acts))
  return { changes, instances, notes: [...wanted.declaration.warnings, ...notes] }
}

/** Declares those that change in one way: all at once, so that those that wait for others find them. */
async function declare(
  how: 'start' | 'reload',
  changes: readonly Change[],
  { declaration, inherited }: Wanted,
  { asker, roster }: { readonly asker: Asker; readonly roster: Roster },
): Promise<Acted> {
  const all = declaration.services.map(({ name }) => name)
  const mine = new Set(all.filter((name) => wayOf(name, changes) === how))
  const hasGroups = how === 'start' && changes.some(({ kind }) => kind === 'group')
  const services = declaration.services.filter(({ name }) => mine.has(name))
  if (services.length === 0 && !hasGroups) return { instances: [] }
  const part = { ...declaration, services, groups: hasGroups ? declaration.groups : [] }
  return roster.declare(part, inherited, { ...asker, how, keepShellOf: unshelled(changes) })
}

/** Services that get what they had of a shell: only variables that mean nothing differ. */
function unshelled(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap((change) => {
      if (change.kind === 'scale' || change.kind === 'start') return [change.service]
      const isPlain = change.kind === 'change' && change.fields.every(({ isShell }) => !isShell)
      return isPlain ? [change.service] : []
    }),
  )
}

/** One that is reloaded gets its new number of instances with that. */
function wayOf(service: string, changes: readonly Change[]): 'start' | 'reload' | undefined {
  const mine = changes.filter((change) => 'service' in change && change.service === service)
  if (mine.length === 0) return undefined
  const isReloaded = mine.some((change) => change.kind === 'change' && change.how === 'reload')
  return isReloaded ? 'reload' : 'start'
}

function stale(asked: string, now: string): TroupeError {
  return new TroupeError('E_FAILED', `the plan ${asked} does not hold any more: it is ${now} now`, {
    hint: 'services or the file have changed since; look again: troupe plan',
  })
}
