import {
  createSystem,
  same,
  serviceKey,
  stopped,
  type ActorSystem,
  type Behavior,
  type ChildSpec,
  type FaultReport,
  type SystemOpts,
  type TraceEvent,
} from '../../src/actor/index.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

export interface Given {
  readonly system: ActorSystem
  readonly clock: FakeClock
  readonly faults: FaultReport[]
  readonly events: TraceEvent[]
}

/** A system in which nothing happens by itself. */
export function givenSystem(opts: Partial<SystemOpts> = {}): Given {
  const clock = new FakeClock()
  const faults: FaultReport[] = []
  const events: TraceEvent[] = []
  const system = createSystem({
    name: 'test',
    clock,
    scheduler: 'manual',
    random: () => 0.5,
    onFault: (report) => faults.push(report),
    trace: (event) => events.push(event),
    ...opts,
  })
  return { system, clock, faults, events }
}

/** `crash` and `finish` are obeyed; anything else is noted. */
export type Order = string

/** A child that notes its starts and ends, and crashes or finishes when it is told to. It is found under its id. */
export function worker(
  id: string,
  notes: string[],
  spec: Partial<ChildSpec<Order>> = {},
): ChildSpec<Order> {
  const behavior: Behavior<null, Order> = {
    init(ctx) {
      notes.push(`${id} starts`)
      ctx.receptionist.register(serviceKey<Order>(id), ctx.self)
      return null
    },
    receive(_, order) {
      if (order === 'crash') throw new Error(`${id} crashed`)
      if (order === 'finish') return stopped
      notes.push(`${id} got ${order}`)
      return same
    },
    signal(_, signal) {
      if (signal.kind !== 'postStop') return same
      const { ending } = signal
      notes.push(`${id} ends: ${ending.kind === 'fault' ? 'fault' : ending.reason}`)
      return same
    },
  }
  return { id, behavior: () => behavior, ...spec }
}

/** An actor without state that does `receive` with every message. */
export function actor<M>(
  id: string,
  receive: Behavior<null, M>['receive'],
  spec: Partial<ChildSpec<M>> = {},
): ChildSpec<M> {
  const behavior: Behavior<null, M> = { init: () => null, receive }
  return { id, behavior: () => behavior, ...spec }
}

/** An actor that notes what it receives. */
export function recorder<M>(
  id: string,
  notes: M[],
  spec: Partial<ChildSpec<M>> = {},
): ChildSpec<M> {
  return actor<M>(
    id,
    (_, message) => {
      notes.push(message)
      return same
    },
    spec,
  )
}

/** Tells the worker with this id, wherever it stands in the tree, and lets everybody work. */
export function order(system: ActorSystem, id: string, what: Order): void {
  for (const ref of system.receptionist.find(serviceKey<Order>(id))) ref.tell(what)
  system.run()
}
