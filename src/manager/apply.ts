import { TroupeError } from '../base/errors.ts'
import type { Change } from '../protocol/answers.ts'
import type { Board } from '../supervisor/instance-ports.ts'
import { type Acted, allOf, nothing } from './acted.ts'
import type { DesiredStore } from './desired-store.ts'
import { type Plan, planOf, type WantedServices } from './plan.ts'
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
export function planNow(wanted: WantedServices, { store, board }: Ports): Plan {
  return planOf(wanted, { state: store.state, viewsOf: (service) => board.of(service) })
}

/**
 * Makes what is declared so, and touches nothing that is so already.
 *
 * @throws TroupeError `E_FAILED` for a digest of another plan than the one that holds now
 */
export async function apply(
  wanted: WantedServices & { readonly digest?: string | undefined },
  asker: Asker,
  ports: Ports,
): Promise<Applied> {
  const { changes, digest } = planNow(wanted, ports)
  if (wanted.digest !== undefined && wanted.digest !== digest) throw stale(wanted.digest, digest)
  const by = { asker, roster: ports.roster }
  // What goes may hold the port of what comes.
  const gone = await Promise.allSettled([removeLeavers(changes, by)])
  const acts = [declare('start', changes, wanted, by), reload(changes, wanted, by)]
  const { instances, notes = [] } = allOf([...gone, ...(await Promise.allSettled(acts))])
  return { changes, instances, notes: [...wanted.declaration.warnings, ...notes] }
}

interface By {
  readonly asker: Asker
  readonly roster: Roster
}

async function removeLeavers(changes: readonly Change[], { asker, roster }: By): Promise<Acted> {
  const gone = changes.flatMap((change) => (change.kind === 'remove' ? [change.service] : []))
  if (gone.length > 0) await roster.remove(gone, asker)
  return nothing
}

/** Reloads what can be; that replaces what runs, and leaves down what was down. */
async function reload(changes: readonly Change[], wanted: WantedServices, by: By): Promise<Acted> {
  const reloaded = await declare('reload', changes, wanted, by)
  const { asker, roster } = by
  // A group is forgotten while no service has its namespace: those that moved there have it only now.
  if (reloaded.instances.length > 0 && changes.some(({ kind }) => kind === 'group')) {
    const groups = { ...wanted.declaration, services: [] }
    await roster.declare(groups, wanted.inherited, { ...asker, how: 'start' })
  }
  const down = changes
    .flatMap((change) => (change.kind === 'start' ? [{ service: change.service }] : []))
    .filter(({ service }) => wayOf(service, changes) === 'reload')
  if (down.length === 0) return reloaded
  const started = await roster.act('start', down, asker)
  const views = [...reloaded.instances, ...started]
  return { ...reloaded, instances: [...new Map(views.map((view) => [view.id, view])).values()] }
}

/** Declares those that change in one way: all at once, so that those that wait for others find them. */
async function declare(
  how: 'start' | 'reload',
  changes: readonly Change[],
  { declaration, inherited }: WantedServices,
  { asker, roster }: By,
): Promise<Acted> {
  const all = declaration.services.map(({ name }) => name)
  const mine = new Set(all.filter((name) => wayOf(name, changes) === how))
  const hasGroups = how === 'start' && changes.some(({ kind }) => kind === 'group')
  const services = declaration.services.filter(({ name }) => mine.has(name))
  if (services.length === 0 && !hasGroups) return nothing
  const part = { ...declaration, services, groups: hasGroups ? declaration.groups : [] }
  return roster.declare(part, inherited, { ...asker, how, keepShellOf: unshelled(changes) })
}

/** Services that get what they had of a shell: only variables that mean nothing differ. */
function unshelled(changes: readonly Change[]): ReadonlySet<string> {
  const ofServices = changes.flatMap((change) => ('service' in change ? [change] : []))
  const shelled = new Set(ofServices.filter(isShelled).map(({ service }) => service))
  return new Set(ofServices.map(({ service }) => service).filter((name) => !shelled.has(name)))
}

function isShelled(change: Change): boolean {
  return change.kind === 'change' && change.fields.some(({ isShell }) => isShell === true)
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
