import { type Behavior, type ChildSpec, type Ctx, same } from '../actor/behavior.ts'
import type { Ref } from '../actor/ref.ts'
import { Group, type GroupMessage } from './group.ts'
import type { GroupPolicy } from './group-strategy.ts'
import type { Child, Children } from './crew.ts'
import { Instance } from './instance.ts'
import type { InstanceMessage } from './instance-messages.ts'
import type { SupervisorPorts } from './instance-ports.ts'
import type { Slot } from './launch-order.ts'
import type { Seat, SeatedSlot } from './seat.ts'
import { type Declared, Service, type ServiceMessage } from './service.ts'

/**
 * What is to be supervised. It stands outside the actors, because a fault of one must not
 * lose it: every incarnation builds itself from here.
 */
export interface Register {
  /** By service, in the order in which they were declared. */
  readonly slots: Map<string, readonly Slot[]>
  /** What services are declared to be once a reload that is under way has completed. */
  readonly next: Map<string, readonly Slot[]>
  /** By group. */
  readonly policies: Map<string, GroupPolicy>
}

/** A message for one group; a group that is not there yet is made for it. */
export type RootMessage = { readonly group: string; readonly message: GroupActorMessage }

/** All that the actor of a group hears. */
export type GroupActorMessage =
  | GroupMessage
  | { readonly kind: 'add'; readonly service: string }
  /** `done` is called once nothing of its actors is left. Its processes live on and can be taken over. */
  | { readonly kind: 'drop'; readonly service: string; readonly done: () => void }
  | { readonly kind: 'dropped'; readonly done: () => void }

/** An owner of processes never gives up: what it lost is adopted again from disk. */
const patient = {
  strategy: 'dynamic',
  intensity: { max: 10, windowMs: 10_000 },
  onExceeded: 'cooldown',
  cooldownMs: 1_000,
} as const

const defaultPolicy: GroupPolicy = {
  strategy: 'one_for_one',
  intensity: { max: 16, windowMs: 60_000 },
}

/** `/services`: one child for each group. */
export function rootSpec(register: Register, ports: SupervisorPorts): ChildSpec<RootMessage> {
  const behavior = (): Behavior<Map<string, Ref<GroupActorMessage>>, RootMessage> => ({
    supervision: patient,
    init(ctx) {
      const names = new Set([...register.slots.values()].map(groupOf))
      return new Map([...names].map((name) => [name, ctx.spawn(groupSpec(name, register, ports))]))
    },
    receive(groups, { group, message }, ctx) {
      const ref = groups.get(group) ?? ctx.spawn(groupSpec(group, register, ports))
      groups.set(group, ref)
      ref.tell(message)
      return same
    },
  })
  return { id: 'services', behavior, shutdown: 'infinity' }
}

/** `/services/<group>`: the services of one namespace, and their strategy. */
function groupSpec(
  name: string,
  register: Register,
  ports: SupervisorPorts,
): ChildSpec<GroupActorMessage> {
  const behavior = (): Behavior<GroupActor, GroupActorMessage> => ({
    supervision: patient,
    init: (ctx) => new GroupActor(name, register, ports, ctx),
    receive(actor, message) {
      actor.take(message)
      return same
    },
  })
  return { id: encodeURIComponent(name), behavior, shutdown: 'infinity' }
}

class GroupActor {
  readonly #register: Register
  readonly #ports: SupervisorPorts
  readonly #ctx: Ctx<GroupActorMessage>
  readonly #group: Group
  readonly #services = new Map<string, Ref<ServiceMessage>>()

  constructor(
    name: string,
    register: Register,
    ports: SupervisorPorts,
    ctx: Ctx<GroupActorMessage>,
  ) {
    this.#register = register
    this.#ports = ports
    this.#ctx = ctx
    const members = (): readonly string[] =>
      [...register.slots].filter(([, slots]) => groupOf(slots) === name).map(([service]) => service)
    this.#group = new Group(name, register.policies.get(name) ?? defaultPolicy, ports, {
      hear: (message) => ctx.self.tell(message),
      members,
      tell: (service, message) => this.#tell(service, message),
    })
    for (const service of members()) this.#add(service)
  }

  take(message: GroupActorMessage): void {
    if (message.kind === 'add') return this.#add(message.service)
    if (message.kind === 'drop') return this.#drop(message.service, message.done)
    if (message.kind === 'dropped') return message.done()
    this.#group.take(message)
  }

  #tell(service: string, message: ServiceMessage): void {
    const isThere = this.#services.get(service)?.tell(message) ?? false
    // Whoever waits must not wait for somebody who is not there.
    if (isThere || !('done' in message)) return
    switch (message.kind) {
      case 'act':
        return message.done?.([])
      case 'reload':
        return message.done({ kind: 'halted', why: 'the service is not supervised', replaced: 0 })
      case 'remove':
        return message.done([])
      case 'send':
        return message.done(new Map())
    }
  }

  #add(service: string): void {
    if (this.#services.has(service)) return
    const failed = (cause: string | undefined): void => {
      this.#ctx.self.tell({ kind: 'failed', service, cause })
    }
    const spec = serviceSpec(service, this.#register, this.#ports, failed)
    this.#services.set(service, this.#ctx.spawn(spec))
  }

  #drop(service: string, done: () => void): void {
    const ref = this.#services.get(service)
    this.#services.delete(service)
    if (ref === undefined) return done()
    this.#ctx.watchWith(ref, { kind: 'dropped', done })
    this.#ctx.stop(ref)
  }
}

/** `/services/<group>/<service>`: the supervisor of one service. */
function serviceSpec(
  name: string,
  register: Register,
  ports: SupervisorPorts,
  failed: (cause: string | undefined) => void,
): ChildSpec<ServiceMessage> {
  const behavior = (): Behavior<Service, ServiceMessage> => ({
    supervision: patient,
    init: (ctx) =>
      new Service(declaredIn(register, name), ports, {
        hear: (message) => ctx.self.tell(message),
        children: childrenOf(ctx, register, ports),
        failed,
      }),
    receive(service, message) {
      service.take(message)
      return same
    },
    signal(service, signal) {
      if (signal.kind === 'postStop') service.release()
      return same
    },
  })
  return { id: encodeURIComponent(name), behavior, shutdown: 'infinity' }
}

/** `/services/<group>/<service>/<seat>`; one that follows another in its seat has a number behind that. */
function childrenOf(
  ctx: Ctx<ServiceMessage>,
  register: Register,
  ports: SupervisorPorts,
): Children {
  const counts = new Map<Seat, number>()
  return {
    start(seat, newest) {
      const count = counts.get(seat) ?? 0
      counts.set(seat, count + 1)
      const id = count === 0 ? seat : `${seat}~${count}`
      return childOf(id, () => wishedFor(newest(), register), ctx, ports)
    },
  }
}

function childOf(
  id: string,
  slot: () => SeatedSlot,
  ctx: Ctx<ServiceMessage>,
  ports: SupervisorPorts,
): Child {
  const behavior = (): Behavior<Instance, InstanceMessage> => ({
    init: (self) =>
      new Instance(slot(), ports, {
        hear: (message) => self.self.tell(message),
        changed: (news) => ctx.self.tell({ kind: 'news', news }),
      }),
    receive(instance, message) {
      instance.take(message)
      return same
    },
    signal(instance, signal) {
      if (signal.kind === 'postStop') instance.release()
      return same
    },
  })
  const ref = ctx.spawn<InstanceMessage>({ id, behavior })
  return {
    tell: (message: InstanceMessage) => void ref.tell(message),
    stop: () => ctx.stop(ref),
  }
}

function declaredIn(register: Register, service: string): Declared {
  return { slots: register.slots.get(service) ?? [], next: register.next.get(service) }
}

/** Whether a slot is to run changes more often than what it is. */
function wishedFor(slot: SeatedSlot, register: Register): SeatedSlot {
  if (slot.role !== 'current') return slot
  const known = register.slots.get(slot.spec.name)?.find((each) => each.slot === slot.slot)
  return known === undefined ? slot : { ...slot, wanted: known.wanted }
}

function groupOf(slots: readonly Slot[]): string {
  return slots[0]?.spec.namespace ?? 'default'
}
