import type { Ref } from '../actor/ref.ts'
import { type ActorSystem, createSystem } from '../actor/system.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import type { GroupSpec, ServiceSpec } from '../declaration/service.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Delivered, Delivery, InstanceCommand } from './instance-messages.ts'
import { awaitedBy } from './awaited.ts'
import { actMsOf, slackMs, stepMsOf } from './policy-of.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'
import type { ReloadOutcome } from './reload-machine.ts'
import type { ServiceMessage } from './service.ts'
import { SignalReloads, type Telling } from './signal-reload.ts'
import { undeletable } from './undeletable.ts'
import { within } from './within.ts'
import { type GroupActorMessage, type Register, type RootMessage, rootSpec } from './tree.ts'

/** Which instances are meant, and who asked and why, for the events that follow from it. */
export interface ActOptions {
  /** None named means all. */
  readonly slots?: readonly number[]
  /** Instead of the declared `kill_timeout`. */
  readonly graceMs?: number
  readonly by?: string
  /** The id of the command. */
  readonly cause?: string
  readonly why?: string
}

/** What can be asked of instances as they are, without another declaration. */
export type ActOp = 'start' | 'stop' | 'restart' | 'reset'

/** What instances are replaced by, and who asked for it. */
export interface ReloadOptions extends Pick<ActOptions, 'slots' | 'by' | 'cause' | 'why'> {
  /** Undefined: as it is declared now. */
  readonly next: readonly Slot[] | undefined
}

/**
 * The supervisors of a host, from outside: groups above services above instances.
 *
 * Methods that return a promise resolve once every instance that was meant has come to
 * rest: online, stopped, waiting to try again, or given up.
 */
export class Supervision {
  readonly #ports: SupervisorPorts
  readonly #register: Register = { slots: new Map(), next: new Map(), policies: new Map() }
  readonly #system: ActorSystem
  readonly #root: Ref<RootMessage>
  readonly #telling: SignalReloads
  /** Services that are on their way to another group: nobody hears for them meanwhile. */
  readonly #moves = new Map<string, Promise<void>>()

  constructor(of: SupervisorPorts) {
    const ports: SupervisorPorts = {
      ...of,
      reloaded: (service, isNew) => {
        this.#register.next.delete(service)
        of.reloaded(service, isNew)
      },
    }
    this.#ports = ports
    this.#telling = new SignalReloads(ports)
    this.#system = createSystem({
      name: 'troupe',
      clock: ports.clock,
      onFault: ({ fault: { path, error } }) => {
        ports.report(`actor ${path}`, error)
        ports.announce({ type: 'actor.fault', data: { path, why: messageOf(error) } })
      },
    })
    this.#root = this.#system.spawn(rootSpec(this.#register, ports))
  }

  setGroups(groups: readonly GroupSpec[]): void {
    for (const { name, strategy, intensity } of groups) {
      const policy = { strategy, intensity }
      this.#register.policies.set(name, policy)
      this.#root.tell({ group: name, message: { kind: 'policy', policy } })
    }
  }

  /** Begins to supervise a service: slots go on from what is remembered, and so does a reload, to `next`. */
  add(slots: readonly Slot[], next?: readonly Slot[]): void {
    const service = nameOf(slots)
    this.#register.slots.set(service, slots)
    if (next !== undefined) this.#register.next.set(service, next)
    this.#tell(service, { kind: 'add', service })
  }

  /** Gives a service another declaration, or group; what runs keeps running until it is restarted. */
  async redeclare(slots: readonly Slot[]): Promise<void> {
    const service = nameOf(slots)
    const before = this.#register.slots.get(service) ?? []
    if (before[0]?.spec.namespace !== slots[0]?.spec.namespace) {
      const move = this.#move(service, slots).finally(() => this.#moves.delete(service))
      this.#moves.set(service, move)
      return move
    }
    this.#register.slots.set(service, slots)
    this.#command(service, { kind: 'redeclare', slots })
  }

  /** Moves a service to the group of `slots`; those it shall not have any more are stopped before. */
  async #move(service: string, slots: readonly Slot[]): Promise<void> {
    const kept = new Set(slots.map(({ slot }) => slot))
    const before = this.#register.slots.get(service) ?? []
    const surplus = before.map(({ slot }) => slot).filter((slot) => !kept.has(slot))
    if (surplus.length > 0) await this.act(service, 'stop', { slots: surplus })
    await this.#drop(service)
    for (const slot of surplus) this.#ports.board.drop(service, slot)
    this.add(slots)
  }

  /**
   * Replaces the processes of a service one at a time, and takes that back when the first new one fails.
   * What it is declared to be from then on is told through {@link SupervisorPorts.reloaded}.
   */
  async reload(service: string, { next, ...options }: ReloadOptions): Promise<ReloadOutcome> {
    if (this.#moves.has(service)) await this.#moves.get(service)
    const known = this.#register.slots.get(service) ?? []
    const stepMs = Math.max(...[...known, ...(next ?? [])].map(({ spec }) => stepMsOf(spec)), 0)
    if (next !== undefined) this.#register.next.set(service, next)
    // There and back again.
    return this.#within(`reload ${service}`, 2 * known.length * stepMs + slackMs, (done) =>
      this.#command(service, { kind: 'reload', next, done, ...options }),
    )
  }

  /** Tells processes to reload; resolves once they have shown that they live on. */
  tellToReload(
    service: string,
    {
      slots,
      ...how
    }: Pick<Telling, 'signal' | 'by' | 'cause' | 'why'> & { slots: readonly number[] },
  ): Promise<ReloadOutcome> {
    const known = this.#register.slots.get(service)
    const chosen = known?.filter(({ slot }) => slots.includes(slot)) ?? []
    const what = { kind: 'signal', signal: how.signal } as const
    const tell = (slot: number) => this.send(service, what, { slots: [slot] })
    return this.#telling.reload({ ...how, service, slots: chosen, tell })
  }

  /** Ends a reload where it stands; nothing where none is under way. */
  haltReload(service: string, why: string): void {
    this.#telling.halt(service, why)
    this.#command(service, { kind: 'reloading', event: { kind: 'halt', why } })
  }

  /** Gives something to the processes themselves; resolves with what came of it, by slot. */
  send(
    service: string,
    what: Delivery,
    { slots }: Pick<ActOptions, 'slots'>,
  ): Promise<ReadonlyMap<number, Delivered>> {
    return this.#within(`send to ${service}`, slackMs, (done) =>
      this.#command(service, {
        kind: 'send',
        what,
        done,
        ...(slots === undefined ? {} : { slots }),
      }),
    )
  }

  async act(service: string, op: ActOp, options: ActOptions): Promise<readonly InstanceView[]> {
    if (this.#moves.has(service)) await this.#moves.get(service)
    if (op !== 'reset') this.#wish(service, op === 'stop' ? 'down' : 'up', options.slots)
    const { slots, by, cause, graceMs } = options
    const specOf = (name: string): ServiceSpec | undefined => this.#specOf(name)
    const spec = specOf(service)
    const deed = { op, graceMs, awaited: awaitedBy(service, specOf) }
    const limitMs = spec === undefined ? slackMs : actMsOf(spec, deed)
    const views = await this.#within<readonly InstanceView[]>(`${op} ${service}`, limitMs, (done) =>
      this.#command(service, {
        kind: 'act',
        event: eventOf(op, options),
        done,
        ...(slots === undefined ? {} : { slots }),
        ...(by === undefined ? {} : { by }),
        ...(cause === undefined ? {} : { cause }),
      }),
    )
    if (op === 'stop' && slots === undefined) this.#retirePrimary(service)
    return views
  }

  /** Gives what is being ended no more time than this; what is wanted stays as it is. */
  hasten(service: string, { graceMs, ...options }: ActOptions & { graceMs: number }): void {
    this.#command(service, { kind: 'act', event: { kind: 'hasten', graceMs }, ...options })
  }

  /**
   * Stops a service and forgets it.
   *
   * @throws TroupeError `E_FAILED` when a process of it cannot be ended: it is kept in sight then
   */
  async remove(
    service: string,
    asker: Pick<ActOptions, 'by' | 'cause' | 'graceMs'>,
  ): Promise<void> {
    if (this.#moves.has(service)) await this.#moves.get(service)
    this.#wish(service, 'down', undefined)
    const spec = this.#specOf(service)
    const deed = { op: 'stop', graceMs: asker.graceMs, awaited: [] } as const
    const limitMs = spec === undefined ? slackMs : actMsOf(spec, deed)
    const stuck = await this.#within<readonly InstanceView[]>(
      `delete ${service}`,
      limitMs,
      (done) =>
        this.#command(service, {
          kind: 'remove',
          done,
          ...asker,
        }),
    )
    if (stuck.length > 0) throw undeletable(service, stuck)
    this.#retirePrimary(service)
    await this.#drop(service)
    this.#register.slots.delete(service)
  }

  /** Announces how every service stands, whether or not it changed: somebody lost what was told before. */
  tellStates(): void {
    for (const service of this.#register.slots.keys()) {
      this.#command(service, { kind: 'tell-state', isForced: true })
    }
  }

  /** Leaves every process as it is and ends the supervisors. */
  async close(): Promise<void> {
    this.#telling.close()
    await this.#system.stop()
  }

  /** Nothing of the service is to run for now: whoever held its ports need not wait for it. */
  #retirePrimary(service: string): void {
    const [first] = this.#register.slots.get(service) ?? []
    if (first?.spec.execMode !== 'cluster') return
    this.#ports.host
      .retirePrimary?.(first.serviceId)
      .catch((thrown: unknown) => this.#ports.report('retire a primary', thrown))
  }

  /** Ends the actors of a service; two owners of one slot would be one too many. */
  async #drop(service: string): Promise<void> {
    await this.#within<void>(`move ${service}`, slackMs, (done) =>
      this.#tell(service, { kind: 'drop', service, done }),
    )
  }

  #specOf(service: string): ServiceSpec | undefined {
    return this.#register.slots.get(service)?.[0]?.spec
  }

  #groupOf(service: string): string | undefined {
    return this.#specOf(service)?.namespace
  }

  #command(service: string, message: ServiceMessage): void {
    this.#tell(service, { kind: 'command', service, message })
  }

  #tell(service: string, message: GroupActorMessage): void {
    const group = this.#groupOf(service)
    if (group === undefined) {
      throw new TroupeError('E_NO_SUCH_SERVICE', `${service} is not supervised`)
    }
    this.#root.tell({ group, message })
  }

  #wish(service: string, wanted: 'up' | 'down', slots: readonly number[] | undefined): void {
    const known = this.#register.slots.get(service) ?? []
    const changed = known.map((slot) =>
      slots === undefined || slots.includes(slot.slot) ? { ...slot, wanted } : slot,
    )
    this.#register.slots.set(service, changed)
  }

  #within<T>(what: string, ms: number, begin: (done: (value: T) => void) => void): Promise<T> {
    return within(this.#ports.clock, { what, ms }, begin)
  }
}

function eventOf(op: ActOp, { graceMs, why }: ActOptions): InstanceCommand {
  if (op === 'reset') return { kind: 'reset' }
  const grace = graceMs === undefined ? {} : { graceMs }
  if (op === 'start') return { kind: 'start', isAutomatic: false }
  return op === 'stop'
    ? { kind: 'stop', ...grace }
    : { kind: 'restart', why: why ?? 'asked', ...grace }
}

function nameOf(slots: readonly Slot[]): string {
  const [first] = slots
  if (first === undefined) throw new Error('a service without slots cannot be supervised')
  return first.spec.name
}
