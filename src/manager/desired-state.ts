import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, linkSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { shortId } from '../base/ids.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import type { GroupSpec, ServiceSpec } from '../declaration/service.ts'
import { readJson, writeJson } from './atomic-file.ts'

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
}

export interface DesiredSlot {
  readonly slot: number
  /** PM2's `pm_id`. */
  readonly pmId: number
  readonly wanted: 'up' | 'down'
}

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

export const emptyState: DesiredState = {
  version: 1,
  revision: 0,
  nextPmId: 0,
  groups: [],
  services: [],
  environments: {},
  halted: [],
}

interface Circumstances {
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
  { at, idOf }: Circumstances,
): DesiredState {
  const known = state.services.find(({ spec: { name } }) => name === spec.name)
  const environment = digest(inherited)
  const count = spec.execMode === 'fork' ? spec.instances : 1
  const kept = known?.slots.slice(0, count) ?? []
  const added = Array.from({ length: count - kept.length }, (_, index) => ({
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

export function withGroups(state: DesiredState, groups: readonly GroupSpec[]): DesiredState {
  const names = new Set(groups.map(({ name }) => name))
  const others = state.groups.filter(({ name }) => !names.has(name))
  return tidy({ ...state, groups: [...others, ...groups] })
}

/** Forgets environments and groups that no service uses. */
function tidy(state: DesiredState): DesiredState {
  const namespaces = new Set(state.services.map(({ spec }) => spec.namespace))
  const groups = state.groups.filter(({ name }) => namespaces.has(name))
  const used = new Set(state.services.map(({ environment }) => environment))
  const environments = Object.fromEntries(
    Object.entries(state.environments).filter(([key]) => used.has(key)),
  )
  return { ...state, groups, environments }
}

function digest(environment: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(environment).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)
}

interface StoreOptions {
  readonly dir: string
  /** Told when the disk refuses what must be so all the same, and when it has caught up. */
  readonly onTrouble: (why: string | undefined) => void
}

/** The desired state on disk: written through to the platter, the two copies before it kept. */
export class DesiredStore {
  readonly #path: string
  readonly #onTrouble: StoreOptions['onTrouble']
  /** What was wrong with the file when it was read. */
  readonly damage: string | undefined
  #state: DesiredState

  constructor({ dir, onTrouble }: StoreOptions) {
    this.#path = join(dir, 'desired.json')
    this.#onTrouble = onTrouble
    const { state, damage } = recall(this.#path)
    this.#state = state
    this.damage = damage
  }

  get state(): DesiredState {
    return this.#state
  }

  /** @throws when the disk refuses; what is in memory then stays as it was */
  update(change: (state: DesiredState) => DesiredState): DesiredState {
    const next = this.#after(change)
    if (next !== this.#state) this.#write(next)
    this.#state = next
    return next
  }

  /**
   * As {@link update}, but without a disk the change is kept in memory: a full disk is no
   * reason to let run what is to be stopped. The next update that succeeds writes it.
   */
  updateRegardless(change: (state: DesiredState) => DesiredState): DesiredState {
    const next = this.#after(change)
    try {
      if (next !== this.#state) this.#write(next)
    } catch (thrown) {
      this.#onTrouble(messageOf(thrown))
    }
    this.#state = next
    return next
  }

  #after(change: (state: DesiredState) => DesiredState): DesiredState {
    const changed = change(this.#state)
    if (JSON.stringify(changed) === JSON.stringify(this.#state)) return this.#state
    return { ...changed, revision: this.#state.revision + 1 }
  }

  #write(next: DesiredState): void {
    keepCopies(this.#path)
    writeJson(this.#path, next, { isDurable: true })
    this.#onTrouble(undefined)
  }
}

/** Another name for the same file, and no copy: a full disk would leave half a copy where a whole one stood. */
function keepCopies(path: string): void {
  if (!existsSync(path)) return
  if (existsSync(`${path}.1`)) renameSync(`${path}.1`, `${path}.2`)
  try {
    linkSync(path, `${path}.1`)
  } catch {
    // Not every file system has hard links.
    copyFileSync(path, `${path}.1`)
  }
}

interface Recalled {
  readonly state: DesiredState
  /** What was wrong with newer copies, and where they are now. */
  readonly damage?: string
}

/** The newest copy that can be understood; a home without any is new. Damaged ones are put aside, not lost. */
function recall(path: string): Recalled {
  const copies = [path, `${path}.1`, `${path}.2`].filter((copy) => existsSync(copy))
  if (copies.length === 0) return { state: emptyState }
  for (const [index, copy] of copies.entries()) {
    const found = readJson(copy)
    if (found.kind !== 'read' || !isDesiredState(found.value)) continue
    const state = { ...emptyState, ...found.value }
    if (index === 0) return { state }
    if (existsSync(path)) renameSync(path, `${path}.damaged`)
    const damage = `${path} was damaged and is now ${path}.damaged; an older copy is in force: start what is missing again`
    return { state, damage }
  }
  throw new TroupeError('E_CONFIG', `none of ${copies.join(', ')} can be read as desired state`, {
    hint: 'move them away to begin with no services; what runs is taken over when it is declared again',
  })
}

function isDesiredState(value: unknown): value is DesiredState {
  return (
    isRecord(value) &&
    value['version'] === 1 &&
    Array.isArray(value['services']) &&
    value['services'].every(isDesiredService)
  )
}

function isDesiredService(value: unknown): boolean {
  if (!isRecord(value) || typeof value['id'] !== 'string') return false
  const { spec, slots } = value
  return (
    isRecord(spec) &&
    typeof spec['name'] === 'string' &&
    Array.isArray(slots) &&
    slots.every(isRecord)
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
