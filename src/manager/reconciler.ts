import type { Clock } from '../base/clock.ts'
import type { Declaration, ServiceSpec } from '../declaration/service.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Board } from '../supervisor/instance-ports.ts'
import { inheritable } from '../supervisor/launch-order.ts'
import type { ActOptions, ReloadOptions, Supervision } from '../supervisor/supervision.ts'
import { type Acted, allOf, nothing } from './acted.ts'
import { slotsOf } from './desired-slots.ts'
import { declare, type DesiredService, want, withGroups } from './desired-state.ts'
import type { DesiredStore } from './desired-store.ts'
import { isSame, needsRestart } from './imprint.ts'
import { reloadInPlace, toldBySignal } from './reload-in-place.ts'
import { reloadPath } from './reload-path.ts'
import { Reloader, type Revision } from './reloader.ts'

/** What should run, what does, and who brings the one to the other. */
export interface ReconcilerPorts {
  readonly store: DesiredStore
  readonly supervision: Supervision
  readonly board: Board
  readonly clock: Clock
  /** The id under which processes of a service that was forgotten still run. */
  readonly idOf: (service: string) => string | undefined
  readonly declared: (service: DesiredService) => void
  readonly report: (what: string, thrown: unknown) => void
}

/** Who asks for what becomes of services. */
export interface DeclareAsker extends Pick<ActOptions, 'by' | 'cause' | 'graceMs'> {
  /** What becomes of services that run already. */
  readonly how: 'start' | 'restart' | 'reload'
  /** Services that keep what they have of the shell that declared them. */
  readonly keepShellOf?: ReadonlySet<string>
}

type Replacement = Omit<ReloadOptions, 'next'>

/** Brings what is declared about: on disk first, and then by starting, restarting or replacing what differs. */
export class Reconciler {
  readonly #ports: ReconcilerPorts
  readonly #reloader: Reloader

  constructor(ports: ReconcilerPorts) {
    this.#ports = ports
    this.#reloader = new Reloader(ports)
  }

  /** A reload is over: whatever it was to make of the service is so, or is forgotten. */
  reloaded(service: string, isNew: boolean): void {
    this.#reloader.settle(service, isNew)
  }

  /** Makes a declaration what should run; services that changed, are new, or are down are (re)started. */
  async declare(
    { services, groups }: Declaration,
    inherited: Readonly<Record<string, string>>,
    asker: DeclareAsker,
  ): Promise<Acted> {
    const { store, supervision, clock, idOf } = this.#ports
    const before = new Map(this.#services.map((service) => [service.spec.name, service]))
    const at = clock.date().getTime()
    const layer = inheritable(inherited)
    const layerOf = ({ name }: ServiceSpec): Readonly<Record<string, string>> => {
      const known = asker.keepShellOf?.has(name) === true ? before.get(name) : undefined
      return (known && store.state.environments[known.environment]) ?? layer
    }
    // What replaces these has yet to prove itself, and what was stopped of them stays so.
    const rolling = new Set(
      services.filter(
        (spec) => asker.how === 'reload' && this.#canRoll(before.get(spec.name), spec),
      ),
    )
    store.update((state) => {
      const others = services.filter((spec) => !rolling.has(spec))
      const declared = others.reduce(
        (sum, spec) => declare(sum, spec, layerOf(spec), { at, idOf }),
        state,
      )
      const wanted = others.filter(({ autostart }) => autostart)
      const up = wanted.reduce((sum, { name }) => want(sum, name, 'up'), declared)
      return withGroups(up, groups)
    })
    supervision.setGroups(groups)
    const acts = services.map((spec) => {
      const known = before.get(spec.name)
      if (known === undefined || asker.how !== 'reload') return this.#enlist(spec, known, asker)
      const revision = { spec, inherited: layerOf(spec) }
      return rolling.has(spec)
        ? this.#roll(known, { ...asker, revision })
        : this.#redo(known, { ...asker, revision })
    })
    return allOf(await Promise.allSettled(acts))
  }

  get #services(): readonly DesiredService[] {
    return this.#ports.store.state.services
  }

  /** Whether new processes of a service that runs can come up beside the old ones. */
  #canRoll(known: DesiredService | undefined, spec: ServiceSpec): boolean {
    if (known === undefined || reloadPath(known.spec, spec).kind !== 'rolling') return false
    return this.#ports.board.of(spec.name).some(({ state }) => state !== 'stopped')
  }

  async #enlist(
    { name, autostart }: ServiceSpec,
    known: DesiredService | undefined,
    asker: DeclareAsker,
  ): Promise<Acted> {
    const service = this.#services.find(({ spec }) => spec.name === name)
    if (service === undefined) return nothing
    const { store, supervision, board, declared } = this.#ports
    if (known !== undefined) return { instances: await this.#change(known, service, asker) }
    supervision.add(slotsOf(store.state, service, 'down'))
    declared(service)
    // A job waits for its time.
    const isToStart = autostart && service.spec.schedule === undefined
    return { instances: isToStart ? await supervision.act(name, 'start', asker) : board.of(name) }
  }

  /** Reloads one service as it is declared, as far as that is possible. */
  async reload(service: DesiredService, options: Replacement): Promise<Acted> {
    const { spec } = service
    const path = reloadPath(spec, spec)
    if (path.kind !== 'rolling') {
      return reloadInPlace(spec, { ...options, note: path.note }, this.#ports)
    }
    if (this.#canRoll(service, spec)) return this.#roll(service, options)
    const instances = this.#ports.board.of(spec.name)
    return { instances, notes: [`${spec.name} is stopped, so nothing was replaced`] }
  }

  async #roll(
    service: DesiredService,
    options: Replacement & { readonly revision?: Revision },
  ): Promise<Acted> {
    await this.#reloader.reload(service, options)
    return { instances: this.#ports.board.of(service.spec.name) }
  }

  /** Makes a service what it is declared to be now, where the old processes have to go before. */
  async #redo(
    service: DesiredService,
    { revision, ...options }: Replacement & { readonly revision: Revision },
  ): Promise<Acted> {
    const { name } = service.spec
    const path = reloadPath(service.spec, revision.spec)
    if (path.kind === 'rolling') {
      return this.#enlist(revision.spec, service, { ...options, how: 'start' })
    }
    const { note } = path
    const now = this.#services.find(({ spec }) => spec.name === name) ?? service
    const slots = toldBySignal(service, now, this.#ports)
    const asker: DeclareAsker = { ...options, how: slots.length > 0 ? 'start' : 'restart' }
    const acted = await this.#enlist(revision.spec, service, asker)
    if (slots.length === 0) return { ...acted, notes: [note] }
    return reloadInPlace(revision.spec, { ...options, slots, note }, this.#ports)
  }

  async #change(
    before: DesiredService,
    service: DesiredService,
    { how, ...asker }: DeclareAsker,
  ): Promise<readonly InstanceView[]> {
    const { store, supervision, board, declared } = this.#ports
    const { name } = service.spec
    await supervision.redeclare(slotsOf(store.state, service))
    if (!isSame(before, service)) declared(service)
    // What is declared with `autostart: false` runs only where somebody asked for it.
    const slots = service.slots.filter(({ wanted }) => wanted === 'up').map(({ slot }) => slot)
    if (slots.length === 0 || service.spec.schedule !== undefined) return board.of(name)
    const isChanged = needsRestart(before, service)
    const why = isChanged ? 'its declaration changed' : 'asked'
    const op = isChanged || how === 'restart' ? 'restart' : 'start'
    return supervision.act(name, op, { ...asker, why, slots })
  }
}
