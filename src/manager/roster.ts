import type { Clock } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import type { Declaration, ServiceSpec } from '../declaration/service.ts'
import type { ServiceTarget } from '../protocol/operations.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Board } from '../supervisor/instance-ports.ts'
import type { LedgerStore } from '../supervisor/ledger.ts'
import { inheritable, type Slot } from '../supervisor/launch-order.ts'
import type { ActOptions, Supervision } from '../supervisor/supervision.ts'
import {
  declare,
  type DesiredService,
  type DesiredState,
  type DesiredStore,
  remove,
  want,
  withGroups,
  halt,
} from './desired-state.ts'
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
  /** Also restart what runs and did not change. */
  readonly isRestart: boolean
}

/**
 * What this host is to run, on disk and in the tree of supervisors: the two are
 * changed here and nowhere else, the disk first.
 */
export class Roster {
  readonly #ports: RosterPorts

  constructor(ports: RosterPorts) {
    this.#ports = ports
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
    supervision.setGroups(store.state.groups)
    for (const service of store.state.services) {
      supervision.add(
        this.#slotsOf(service, store.state.halted.includes(service.spec.name) ? 'down' : undefined),
      )
    }
  }

  /** Makes a declaration what should run; services that changed, are new, or are down are (re)started. */
  async declare(
    { services, groups }: Declaration,
    inherited: Readonly<Record<string, string>>,
    asker: DeclareAsker,
  ): Promise<readonly InstanceView[]> {
    const { store, supervision, clock, idOf } = this.#ports
    const before = new Map(this.services.map((service) => [service.spec.name, service]))
    const at = clock.date().getTime()
    store.update((state) => {
      const layer = inheritable(inherited)
      const declared = services.reduce(
        (sum, spec) => declare(sum, spec, layer, { at, idOf }),
        state,
      )
      const wanted = services.filter(({ autostart }) => autostart)
      const up = wanted.reduce((sum, { name }) => want(sum, name, 'up'), declared)
      return withGroups(up, groups)
    })
    supervision.setGroups(groups)
    const acts = services.map((spec) => this.#enlist(spec, before.get(spec.name), asker))
    return (await Promise.all(acts)).flat()
  }

  async act(
    op: 'start' | 'stop' | 'restart',
    choices: readonly Choice[],
    options: ActOptions,
  ): Promise<readonly InstanceView[]> {
    const { store, supervision } = this.#ports
    const wanted = op === 'stop' ? 'down' : 'up'
    const change = (state: DesiredState): DesiredState =>
      choices.reduce((sum, { service, slots }) => want(sum, service, wanted, slots), state)
    if (op === 'stop') store.updateRegardless(change)
    else store.update(change)
    const acts = choices.map(({ service, slots }) =>
      supervision.act(service, op, { ...options, ...(slots === undefined ? {} : { slots }) }),
    )
    return (await Promise.all(acts)).flat()
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
    const acts = this.services
      .toReversed()
      .map(({ spec }) => supervision.act(spec.name, 'stop', asker))
    await Promise.all(acts)
    return running.length
  }

  #enlist(
    { name, autostart }: ServiceSpec,
    known: DesiredService | undefined,
    asker: DeclareAsker,
  ): Promise<readonly InstanceView[]> {
    const service = this.services.find(({ spec }) => spec.name === name)
    if (service === undefined) return Promise.resolve([])
    if (known !== undefined) return this.#change(known, service, asker)
    const { supervision, board, declared } = this.#ports
    supervision.add(this.#slotsOf(service, 'down'))
    declared(service)
    return autostart ? supervision.act(name, 'start', asker) : Promise.resolve(board.of(name))
  }

  async #change(
    before: DesiredService,
    service: DesiredService,
    { isRestart, ...asker }: DeclareAsker,
  ): Promise<readonly InstanceView[]> {
    const { supervision, board, declared } = this.#ports
    const { name } = service.spec
    await supervision.redeclare(this.#slotsOf(service, undefined))
    if (!isSame(before, service)) declared(service)
    // What is declared with `autostart: false` runs only where somebody asked for it.
    const slots = service.slots.filter(({ wanted }) => wanted === 'up').map(({ slot }) => slot)
    if (slots.length === 0) return board.of(name)
    const isChanged = needsRestart(before, service)
    const why = isChanged ? 'its declaration changed' : 'asked'
    const op = isChanged || isRestart ? 'restart' : 'start'
    return supervision.act(name, op, { ...asker, why, slots })
  }

  #slotsOf(
    { id, spec, environment, slots }: DesiredService,
    wanted: 'down' | undefined,
  ): readonly Slot[] {
    const inherited = this.#ports.store.state.environments[environment] ?? {}
    return slots.map((each) => ({
      serviceId: id,
      spec,
      inherited,
      slot: each.slot,
      pmId: each.pmId,
      wanted: wanted ?? each.wanted,
    }))
  }
}

function isRejected(settled: PromiseSettledResult<void>): settled is PromiseRejectedResult {
  return settled.status === 'rejected'
}

function isRunning({ state }: InstanceView): boolean {
  return state !== 'stopped' && state !== 'errored'
}

function isSame(before: DesiredService, after: DesiredService): boolean {
  return (
    before.environment === after.environment &&
    JSON.stringify(before.spec) === JSON.stringify(after.spec)
  )
}

/** Whether what runs is not what is declared. */
function needsRestart(before: DesiredService, after: DesiredService): boolean {
  return before.environment !== after.environment || imprint(before) !== imprint(after)
}

/** What the manager itself does beside a process changes at once: the process need not know. */
const beside: readonly string[] = [
  'watch',
  'cronRestart',
  'schedule',
  'maxMemoryBytes',
  'rotation',
] satisfies readonly (keyof ServiceSpec)[]

function imprint({ spec }: DesiredService): string {
  return JSON.stringify(Object.entries(spec).filter(([field]) => !beside.includes(field)))
}
