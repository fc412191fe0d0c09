import type { Clock } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import type { Declaration, ServiceSpec } from '../declaration/service.ts'
import type { ServiceTarget } from '../protocol/operations.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Board } from '../supervisor/instance-ports.ts'
import type { LedgerStore } from '../supervisor/ledger.ts'
import type { Delivery } from '../supervisor/instance-messages.ts'
import { inheritable } from '../supervisor/launch-order.ts'
import type { ActOp, ActOptions, ReloadOptions, Supervision } from '../supervisor/supervision.ts'
import { type Acted, allOf, isRejected, isRunning, nothing } from './acted.ts'
import { slotsOf, stagedSlotsOf } from './desired-slots.ts'
import {
  declare,
  type DesiredService,
  type DesiredState,
  remove,
  want,
  withGroups,
  halt,
} from './desired-state.ts'
import type { DesiredStore } from './desired-store.ts'
import { isSame, needsRestart } from './imprint.ts'
import { reloadInPlace, toldBySignal } from './reload-in-place.ts'
import { reloadPath } from './reload-path.ts'
import { Reloader, type Revision } from './reloader.ts'
import { type Receipt, receiptOf } from './receipt.ts'
import { scale } from './scale.ts'
import { stopOrder } from './stop-order.ts'
import { type Choice, resolveTargets } from './targets.ts'

interface RosterPorts {
  readonly store: DesiredStore
  readonly supervision: Supervision
  readonly ledger: LedgerStore
  readonly board: Board
  readonly clock: Clock
  /** The id under which processes of a service that was forgotten still run. */
  readonly idOf: (service: string) => string | undefined
  readonly declared: (service: DesiredService) => void
  readonly removed: (service: DesiredService) => void
}

/** Who asked for a change, and which command it was. */
export type Asker = Pick<ActOptions, 'by' | 'cause'>

interface DeclareAsker extends Asker {
  /** What becomes of services that run already. */
  readonly how: 'start' | 'restart' | 'reload'
  /** Services that keep what they have of the shell that declared them. */
  readonly keepShellOf?: ReadonlySet<string>
}

/**
 * What this host is to run, on disk and in the tree of supervisors: the two are
 * changed here and nowhere else, the disk first.
 */
export class Roster {
  readonly #ports: RosterPorts
  readonly #reloader: Reloader

  constructor(ports: RosterPorts) {
    this.#ports = ports
    this.#reloader = new Reloader(ports)
  }

  get services(): readonly DesiredService[] {
    return this.#ports.store.state.services
  }

  get names(): readonly string[] {
    return this.services.map(({ spec }) => spec.name)
  }

  /** The services that a target means; none when it means nothing here. */
  resolve(target: ServiceTarget): readonly string[] {
    try {
      return resolveTargets([target], this.services).map(({ service }) => service)
    } catch (thrown) {
      if (TroupeError.is(thrown, 'E_NO_SUCH_SERVICE')) return []
      throw thrown
    }
  }

  /** Hands everything that was declared to the supervisors: living processes are adopted, others wait for the gate. */
  begin(): void {
    const { store, supervision } = this.#ports
    const { state } = store
    supervision.setGroups(state.groups)
    for (const service of state.services) {
      const wanted = state.halted.includes(service.spec.name) ? 'down' : undefined
      supervision.add(slotsOf(state, service, wanted), stagedSlotsOf(state, service))
    }
  }

  /** A reload is over: whatever it was to make of the service is so, or is forgotten. */
  reloaded(service: string, isNew: boolean): void {
    this.#reloader.settle(service, isNew)
  }

  /** Takes reloads for undone, because of something that is wanted instead. */
  haltReload(choices: readonly Choice[], why: string): void {
    for (const { service } of choices) this.#ports.supervision.haltReload(service, why)
  }

  /**
   * Replaces processes one at a time where that is possible, and otherwise restarts them.
   *
   * @throws TroupeError `E_FAILED` when new processes failed; the old ones run on
   */
  async reload(choices: readonly Choice[], asker: Asker & Pick<ActOptions, 'why'>): Promise<Acted> {
    const done = choices.map(async ({ service: name, slots }): Promise<Acted> => {
      const service = this.services.find(({ spec }) => spec.name === name)
      if (service === undefined) return nothing
      return this.#replace(service, { ...asker, ...(slots === undefined ? {} : { slots }) })
    })
    return allOf(await Promise.allSettled(done))
  }

  /** Changes how many instances services have; those that come start, those that go finish what they have. */
  scale(names: readonly string[], to: string, asker: Asker): Promise<Acted> {
    return scale(names, to, asker, this.#ports)
  }

  /** Gives something to the processes of services; resolves with what came of it for each instance. */
  async send(choices: readonly Choice[], what: Delivery): Promise<readonly Receipt[]> {
    const { supervision, board } = this.#ports
    const sent = choices.map(async ({ service, slots }) => {
      const came = await supervision.send(service, what, slots === undefined ? {} : { slots })
      return board.of(service).flatMap((view) => receiptOf(view, came.get(view.slot)))
    })
    return (await Promise.all(sent)).flat()
  }

  /** Makes a declaration what should run; services that changed, are new, or are down are (re)started. */
  async declare(
    { services, groups }: Declaration,
    inherited: Readonly<Record<string, string>>,
    asker: DeclareAsker,
  ): Promise<Acted> {
    const { store, supervision, clock, idOf } = this.#ports
    const before = new Map(this.services.map((service) => [service.spec.name, service]))
    const at = clock.date().getTime()
    const layer = inheritable(inherited)
    const layerOf = ({ name }: ServiceSpec): Readonly<Record<string, string>> => {
      const known = asker.keepShellOf?.has(name) === true ? before.get(name) : undefined
      return (known && store.state.environments[known.environment]) ?? layer
    }
    const isRolling = (spec: ServiceSpec): boolean => {
      const known = before.get(spec.name)?.spec
      return (
        asker.how === 'reload' && known !== undefined && reloadPath(known, spec).kind === 'rolling'
      )
    }
    store.update((state) => {
      const declared = services
        // What replaces them has yet to prove itself.
        .filter((spec) => !isRolling(spec))
        .reduce((sum, spec) => declare(sum, spec, layerOf(spec), { at, idOf }), state)
      const wanted = services.filter(({ autostart }) => autostart)
      const up = wanted.reduce((sum, { name }) => want(sum, name, 'up'), declared)
      return withGroups(up, groups)
    })
    supervision.setGroups(groups)
    const acts = services.map((spec) => {
      const known = before.get(spec.name)
      if (known === undefined || asker.how !== 'reload') return this.#enlist(spec, known, asker)
      return this.#replace(known, { ...asker, revision: { spec, inherited: layerOf(spec) } })
    })
    return allOf(await Promise.allSettled(acts))
  }

  async act(
    op: ActOp,
    choices: readonly Choice[],
    options: ActOptions,
  ): Promise<readonly InstanceView[]> {
    const { store, supervision } = this.#ports
    const wanted = op === 'stop' ? 'down' : 'up'
    const change = (state: DesiredState): DesiredState =>
      choices.reduce((sum, { service, slots }) => want(sum, service, wanted, slots), state)
    if (op === 'stop') store.updateRegardless(change)
    else if (op !== 'reset') store.update(change)
    const act = ({ service, slots }: Choice): Promise<readonly InstanceView[]> =>
      supervision.act(service, op, { ...options, ...(slots === undefined ? {} : { slots }) })
    if (op !== 'stop') return (await Promise.all(choices.map(act))).flat()
    const stopped: InstanceView[] = []
    for (const names of stopOrder(this.#specsOf(choices))) {
      const now = choices.filter(({ service }) => names.includes(service))
      // oxlint-disable-next-line no-await-in-loop
      stopped.push(...(await Promise.all(now.map(act))).flat())
    }
    return stopped
  }

  /** Shortens what is being ended already; nothing else is asked for. */
  hasten(choices: readonly Choice[], options: Asker & { readonly graceMs: number }): void {
    for (const { service, slots } of choices) {
      this.#ports.supervision.hasten(service, { ...options, ...(slots ? { slots } : {}) })
    }
  }

  /** Stops services and forgets them, their numbers and their crashes. */
  async remove(names: readonly string[], asker: Asker): Promise<void> {
    const { store, supervision, ledger } = this.#ports
    const gone = this.services.filter(({ spec }) => names.includes(spec.name))
    // As for `stop`: a full disk is no reason to let run what is to go.
    store.updateRegardless((state) => names.reduce((sum, name) => want(sum, name, 'down'), state))
    const forgotten = gone.map(async (service) => {
      const { id, spec } = service
      const { name } = spec
      await supervision.remove(name, asker)
      store.updateRegardless((state) => remove(state, name))
      ledger.forget(id)
      this.#ports.removed(service)
    })
    // One that cannot be stopped must not keep the others half forgotten.
    const failed = (await Promise.allSettled(forgotten)).find(isRejected)
    if (failed !== undefined) throw failed.reason
  }

  /** Stops everything and remembers what ran: unless it is to keep on, nothing starts by itself until somebody asks. */
  async halt(asker: Asker, isKept = false): Promise<number> {
    const { store, supervision, board } = this.#ports
    if (!isKept) store.updateRegardless(halt)
    const running = this.services.flatMap(({ spec }) => board.of(spec.name)).filter(isRunning)
    for (const names of stopOrder(this.services.map(({ spec }) => spec))) {
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all(names.map((name) => supervision.act(name, 'stop', asker)))
    }
    return running.length
  }

  #specsOf(choices: readonly Choice[]): readonly ServiceSpec[] {
    const names = new Set(choices.map(({ service }) => service))
    return this.services.map(({ spec }) => spec).filter(({ name }) => names.has(name))
  }

  async #enlist(
    { name, autostart }: ServiceSpec,
    known: DesiredService | undefined,
    asker: DeclareAsker,
  ): Promise<Acted> {
    const service = this.services.find(({ spec }) => spec.name === name)
    if (service === undefined) return nothing
    const { store, supervision, board, declared } = this.#ports
    if (known !== undefined) return { instances: await this.#change(known, service, asker) }
    supervision.add(slotsOf(store.state, service, 'down'))
    declared(service)
    // A job waits for its time.
    const isToStart = autostart && service.spec.schedule === undefined
    return { instances: isToStart ? await supervision.act(name, 'start', asker) : board.of(name) }
  }

  /** Reloads one service as far as that is possible, perhaps to another revision of it. */
  async #replace(
    service: DesiredService,
    { revision, ...options }: Omit<ReloadOptions, 'next'> & { readonly revision?: Revision },
  ): Promise<Acted> {
    const { board } = this.#ports
    const { name } = service.spec
    const path = reloadPath(service.spec, revision?.spec ?? service.spec)
    if (path.kind === 'rolling') {
      const isDown = board.of(name).every(({ state }) => state === 'stopped')
      await this.#reloader.reload(service, { revision, ...options })
      const instances = board.of(name)
      return isDown
        ? { instances, notes: [`${name} is stopped, so nothing was replaced`] }
        : { instances }
    }
    const { note } = path
    if (!revision) return reloadInPlace(service.spec, { ...options, note }, this.#ports)
    const now = this.services.find(({ spec }) => spec.name === name) ?? service
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
