import { TroupeError } from '../base/errors.ts'
import type { Declaration, ServiceSpec } from '../declaration/service.ts'
import type { ServiceTarget } from '../protocol/operations.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Delivery } from '../supervisor/instance-messages.ts'
import type { LedgerStore } from '../supervisor/ledger.ts'
import type { ActOp, ActOptions } from '../supervisor/supervision.ts'
import { type Acted, allOf, isRejected, isRunning, nothing } from './acted.ts'
import { slotsOf, stagedSlotsOf } from './desired-slots.ts'
import { type DesiredService, type DesiredState, halt, remove, want } from './desired-state.ts'
import { type DeclareAsker, Reconciler, type ReconcilerPorts } from './reconciler.ts'
import { type Receipt, receiptOf } from './receipt.ts'
import { scale } from './scale.ts'
import { stopOrder } from './stop-order.ts'
import { type Choice, resolveTargets } from './targets.ts'

interface RosterPorts extends ReconcilerPorts {
  readonly ledger: LedgerStore
  readonly removed: (service: DesiredService) => void
}

/** Who asked for a change, and which command it was. */
export type Asker = Pick<ActOptions, 'by' | 'cause'>

/**
 * What this host is to run, on disk and in the tree of supervisors: the two are
 * changed here and nowhere else, the disk first.
 */
export class Roster {
  readonly #ports: RosterPorts
  readonly #reconciler: Reconciler

  constructor(ports: RosterPorts) {
    this.#ports = ports
    this.#reconciler = new Reconciler(ports)
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
    this.#reconciler.reloaded(service, isNew)
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
      return this.#reconciler.reload(service, {
        ...asker,
        ...(slots === undefined ? {} : { slots }),
      })
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
  declare(
    declaration: Declaration,
    inherited: Readonly<Record<string, string>>,
    asker: DeclareAsker,
  ): Promise<Acted> {
    return this.#reconciler.declare(declaration, inherited, asker)
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
  async remove(
    names: readonly string[],
    asker: Asker & Pick<ActOptions, 'graceMs'>,
  ): Promise<void> {
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
}
