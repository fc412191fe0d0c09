import { createHash } from 'node:crypto'
import type { Declaration, GroupSpec, ServiceSpec } from '../declaration/service.ts'
import type { Change } from '../protocol/answers.ts'
import type { InstanceView } from '../protocol/views.ts'
import { inheritable } from '../supervisor/launch-order.ts'
import { isRunning } from './acted.ts'
import type { DesiredService, DesiredState } from './desired-state.ts'
import { changedFields, isVolatile } from './field-changes.ts'
import { isInPlace } from './imprint.ts'
import { reloadPath } from './reload-path.ts'

/** What is to be so. */
export interface WantedServices {
  readonly declaration: Declaration
  /** What the caller's shell had set. */
  readonly inherited: Readonly<Record<string, string>>
  /** Services of the same file that it names no more are to go. */
  readonly prune: boolean
}

/** What is so. */
export interface Present {
  readonly state: DesiredState
  readonly viewsOf: (service: string) => readonly InstanceView[]
}

/** What `apply` would do, and a digest by which it can be told whether that still holds. */
export interface Plan {
  readonly changes: readonly Change[]
  /** Of what is so and what is to be so: another one means that one of them has changed. */
  readonly digest: string
}

/** What has to be done so that what is declared is so; nothing where it is so already. */
export function planOf(wanted: WantedServices, present: Present): Plan {
  const { declaration, prune } = wanted
  const inherited = inheritable(wanted.inherited)
  const { services } = present.state
  const known = new Map(services.map((service) => [service.spec.name, service]))
  const changes = [
    ...declaration.services.flatMap((spec) =>
      changesOf(spec, known.get(spec.name), { ...wanted, inherited }, present),
    ),
    ...groupChanges(declaration.groups, present.state.groups),
    ...(prune ? leavers(declaration, services) : []),
  ]
  return { changes, digest: digestOf(changes, wanted, present) }
}

function changesOf(
  spec: ServiceSpec,
  known: DesiredService | undefined,
  { inherited }: WantedServices,
  { state, viewsOf }: Present,
): readonly Change[] {
  const { name: service } = spec
  if (known === undefined) return [{ kind: 'create', service, instances: spec.instances }]
  const before = state.environments[known.environment] ?? {}
  const fields = changedFields({ spec: known.spec, inherited: before }, { spec, inherited })
  const scaled: readonly Change[] =
    known.slots.length === spec.instances
      ? []
      : [{ kind: 'scale', service, from: known.slots.length, to: spec.instances }]
  const views = viewsOf(service)
  const changed: readonly Change[] =
    fields.length === 0
      ? []
      : [{ kind: 'change', service, fields, ...effectOf(known, spec, fields, views) }]
  const isTouched = changed.length + scaled.length > 0
  // What has done its work does it again where it is declared anew.
  const isToStart = views.some((view) => (isTouched ? !isRunning(view) : isAtRest(view)))
  const isDown = spec.autostart && spec.schedule === undefined && isToStart
  return [...changed, ...scaled, ...(isDown ? [{ kind: 'start', service } as const] : [])]
}

function isAtRest({ state, lastExit, desired }: InstanceView): boolean {
  // What has done its work is as it is to be.
  const isDone = state === 'stopped' && desired === 'down' && lastExit?.class === 'success'
  return (state === 'stopped' && !isDone) || state === 'errored'
}

function effectOf(
  { spec: before }: DesiredService,
  after: ServiceSpec,
  fields: Extract<Change, { kind: 'change' }>['fields'],
  views: readonly InstanceView[],
): Pick<Extract<Change, { kind: 'change' }>, 'how' | 'why'> {
  if (isInPlace(before, after) && fields.every(({ isShell }) => isShell !== true)) {
    return { how: 'in place' }
  }
  // There is no process to replace: the next one is what is declared.
  if (!views.some(isRunning)) return { how: 'in place' }
  const path = reloadPath(before, after)
  return path.kind === 'rolling' ? { how: 'reload' } : { how: 'restart', why: path.why }
}

function groupChanges(
  declared: readonly GroupSpec[],
  known: readonly GroupSpec[],
): readonly Change[] {
  return declared.flatMap((group): readonly Change[] => {
    const before = known.find(({ name }) => name === group.name)
    const isSame =
      before === undefined ? isUsual(group) : JSON.stringify(before) === JSON.stringify(group)
    return isSame ? [] : [{ kind: 'group', group: group.name, strategy: group.strategy }]
  })
}

function isUsual({ strategy }: GroupSpec): boolean {
  return strategy === 'one_for_one'
}

/** Services of another file, or of none, are nobody's to remove but who started them. */
function leavers({ services }: Declaration, known: readonly DesiredService[]): readonly Change[] {
  const files = new Set(services.flatMap(({ file }) => file ?? []))
  const names = new Set(services.map(({ name }) => name))
  return known
    .filter(({ spec: { name, file } }) => file !== undefined && files.has(file) && !names.has(name))
    .map(({ spec }) => ({ kind: 'remove', service: spec.name }))
}

function digestOf(changes: readonly Change[], wanted: WantedServices, { state }: Present): string {
  const { declaration, inherited, prune } = wanted
  const shell = Object.entries(inherited)
    .filter(([name]) => !isVolatile(name))
    .map(String)
  const names = new Set(declaration.services.map(({ name }) => name))
  const services = state.services.filter(({ spec }) => prune || names.has(spec.name))
  const all = [changes, declaration.services, declaration.groups, shell.toSorted(), services]
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 12)
}
