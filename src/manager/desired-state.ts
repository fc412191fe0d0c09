import { createHash } from 'node:crypto'
import { shortId } from '../base/ids.ts'
import type { GroupSpec, ServiceSpec } from '../declaration/service.ts'

/** A service as this host is to run it: what was declared, and from whose shell. */
export interface DesiredService {
  /** Never used twice in a home: run directories and the ledger are named by it. */
  readonly id: string
  readonly spec: ServiceSpec
  /** Key into {@link DesiredState.environments}. */
  readonly environment: string
  /** ms since 1970. */
  readonly createdAt: number
  readonly slots: readonly DesiredSlot[]
  /** What it is to be once a reload that is under way has completed. */
  readonly staged?: { readonly spec: ServiceSpec; readonly environment: string }
}

/** One instance of a service, and what people want of it, whatever its process does. */
export interface DesiredSlot {
  readonly slot: number
  /** PM2's `pm_id`. */
  readonly pmId: number
  readonly wanted: 'up' | 'down'
}

/** What should run on this host: the one thing a manager that has just started goes by. */
export interface DesiredState {
  readonly version: 1
  readonly revision: number
  readonly nextPmId: number
  readonly groups: readonly GroupSpec[]
  readonly services: readonly DesiredService[]
  /** Environments of the shells that declared services, once each. They may hold secrets: the file is 0600, and nothing of them is shown or sent. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Services that `kill` stopped while they were to be up: they do not start by themselves until somebody asks. */
  readonly halted: readonly string[]
}

/** What a home holds before anything was declared in it. */
export const emptyState: DesiredState = {
  version: 1,
  revision: 0,
  nextPmId: 0,
  groups: [],
  services: [],
  environments: {},
  halted: [],
}

interface DeclareContext {
  /** ms since 1970. */
  readonly at: number
  /** The id under which processes of a service that was forgotten still run. */
  readonly idOf: (service: string) => string | undefined
}

/** Puts a service in, or replaces the one of that name, keeping its numbers. */
export function declare(
  state: DesiredState,
  spec: ServiceSpec,
  inherited: Readonly<Record<string, string>>,
  { at, idOf }: DeclareContext,
): DesiredState {
  const known = state.services.find(({ spec: { name } }) => name === spec.name)
  const environment = digest(inherited)
  const kept = known?.slots.slice(0, spec.instances) ?? []
  const added = Array.from({ length: spec.instances - kept.length }, (_, index) => ({
    slot: kept.length + index,
    pmId: state.nextPmId + index,
    wanted: spec.autostart ? ('up' as const) : ('down' as const),
  }))
  const service: DesiredService = {
    id: known?.id ?? idOf(spec.name) ?? shortId(),
    createdAt: known?.createdAt ?? at,
    spec,
    environment,
    slots: [...kept, ...added],
  }
  return tidy({
    ...state,
    nextPmId: state.nextPmId + added.length,
    services: known
      ? state.services.map((each) => (each === known ? service : each))
      : [...state.services, service],
    environments: { ...state.environments, [environment]: inherited },
  })
}

/** Notes what a service is to become, and changes nothing of what it is. */
export function stage(
  state: DesiredState,
  spec: ServiceSpec,
  inherited: Readonly<Record<string, string>>,
): DesiredState {
  const environment = digest(inherited)
  return {
    ...state,
    services: state.services.map((service) =>
      service.spec.name === spec.name ? { ...service, staged: { spec, environment } } : service,
    ),
    environments: { ...state.environments, [environment]: inherited },
  }
}

/** Makes a service what it was to become, or forgets that. */
export function unstage(state: DesiredState, name: string, isNew: boolean): DesiredState {
  const known = state.services.find(({ spec }) => spec.name === name)
  if (known?.staged === undefined) return state
  const { staged, ...service } = known
  const without = {
    ...state,
    services: state.services.map((each) => (each === known ? service : each)),
  }
  if (!isNew) return tidy(without)
  const inherited = state.environments[staged.environment] ?? {}
  return declare(without, staged.spec, inherited, { at: service.createdAt, idOf: () => service.id })
}

/** Changes how many instances a service has. */
export function resize(state: DesiredState, name: string, instances: number): DesiredState {
  const known = state.services.find(({ spec }) => spec.name === name)
  if (known === undefined) return state
  const inherited = state.environments[known.environment] ?? {}
  const spec = { ...known.spec, instances }
  return declare(state, spec, inherited, { at: known.createdAt, idOf: () => known.id })
}

/** Without the service; once the last one is gone, PM2's ids begin at 0 again. */
export function remove(state: DesiredState, name: string): DesiredState {
  const services = state.services.filter(({ spec }) => spec.name !== name)
  const halted = state.halted.filter((each) => each !== name)
  return tidy({ ...state, services, halted, nextPmId: services.length === 0 ? 0 : state.nextPmId })
}

/** Notes whether slots are to run; `slots` undefined means all of the service. */
export function want(
  state: DesiredState,
  name: string,
  wanted: 'up' | 'down',
  slots?: readonly number[],
): DesiredState {
  const services = state.services.map((service) =>
    service.spec.name === name
      ? {
          ...service,
          slots: service.slots.map((slot) =>
            slots === undefined || slots.includes(slot.slot) ? { ...slot, wanted } : slot,
          ),
        }
      : service,
  )
  const halted = wanted === 'up' ? state.halted.filter((each) => each !== name) : state.halted
  return { ...state, services, halted }
}

/** Notes that everything which is to be up was stopped for now. */
export function halt(state: DesiredState): DesiredState {
  const up = state.services.filter(({ slots }) => slots.some(({ wanted }) => wanted === 'up'))
  return { ...state, halted: up.map(({ spec }) => spec.name) }
}

/** With these groups in place of those of the same names; a group without services is not kept. */
export function withGroups(state: DesiredState, groups: readonly GroupSpec[]): DesiredState {
  const names = new Set(groups.map(({ name }) => name))
  const others = state.groups.filter(({ name }) => !names.has(name))
  return tidy({ ...state, groups: [...others, ...groups] })
}

/** Forgets environments and groups that no service uses. */
function tidy(state: DesiredState): DesiredState {
  const namespaces = new Set(state.services.map(({ spec }) => spec.namespace))
  const groups = state.groups.filter(({ name }) => namespaces.has(name))
  const used = new Set(
    state.services.flatMap(({ environment, staged }) => [environment, staged?.environment]),
  )
  const environments = Object.fromEntries(
    Object.entries(state.environments).filter(([key]) => used.has(key)),
  )
  return { ...state, groups, environments }
}

function digest(environment: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(environment).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)
}
