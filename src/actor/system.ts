import { systemClock, type Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { systemRandom, type Random } from '../base/random.ts'
import { ask, type AskOpts, type AskResult } from './ask.ts'
import type { ChildSpec } from './behavior.ts'
import { DeadLetters, type LossReason } from './dead-letters.ts'
import type { Ending, FaultReport } from './ending.ts'
import type { Kernel, TraceSink } from './kernel.ts'
import { LocalRef } from './local-ref.ts'
import { LocalReceptionist, type Receptionist } from './receptionist.ts'
import type { AnyRef, Ref } from './ref.ts'
import { Root } from './root.ts'
import { AutoScheduler, ManualScheduler } from './scheduler.ts'
import type { SupervisorOpts } from './supervision.ts'

/** What a system stands on: real time, real chance and its own scheduling where nothing else is given. */
export interface SystemOpts {
  readonly name: string
  readonly clock?: Clock
  readonly random?: Random
  /** `manual`: nothing happens outside `run` and `settle`, so a test decides when. */
  readonly scheduler?: 'auto' | 'manual'
  readonly trace?: TraceSink
  /** Hears of every fault. Without it they become warnings of the process. */
  readonly onFault?: (report: FaultReport) => void
  /** How the actors at the top are kept; `rootSupervision` where it is not given. */
  readonly supervision?: SupervisorOpts
}

/** A tree of actors. */
export interface ActorSystem {
  readonly name: string
  readonly clock: Clock
  readonly receptionist: Receptionist
  /** How many messages reached nobody, by reason. */
  readonly deadLetters: Readonly<Record<LossReason, number>>
  /** Starts an actor at the top of the tree. The ref is stable. */
  spawn<M, S = unknown>(spec: ChildSpec<M, S>): Ref<M>
  ask<N, R>(to: Ref<N>, make: (reply: Ref<R>) => N, opts: AskOpts): Promise<AskResult<R>>
  /** Resolves when the ref will never deliver again. */
  whenEnded(ref: AnyRef): Promise<Ending>
  /** Gives turns until nobody has work. Promises that are pending stay so. */
  run(): void
  /** As `run`, and lets promises settle that wait for no time and no input. */
  settle(): Promise<void>
  /** Stops all actors in reverse order; resolves when the last has ended. */
  stop(): Promise<void>
}

/** A system without actors yet; whoever creates it has to `stop()` it. */
export function createSystem(opts: SystemOpts): ActorSystem {
  const kernel = createKernel(opts)
  const root = new Root(kernel, opts.supervision)
  const { scheduler } = kernel
  return {
    name: opts.name,
    clock: kernel.clock,
    receptionist: kernel.receptionist,
    get deadLetters() {
      return kernel.deadLetters.counts
    },
    spawn: (spec) => root.spawn(spec),
    ask: (to, make, askOpts) => ask(kernel, to, make, askOpts),
    whenEnded,
    run: () => scheduler.runUntilIdle(),
    async settle() {
      do {
        scheduler.runUntilIdle()
        await new Promise(setImmediate)
      } while (!scheduler.isIdle)
    },
    stop() {
      root.stop()
      return root.closed
    },
  }
}

function createKernel(opts: SystemOpts): Kernel {
  const clock = opts.clock ?? systemClock
  const { onFault = warn } = opts
  const trace = opts.trace && observed(opts.trace)
  let uid = 0
  return {
    clock,
    random: opts.random ?? systemRandom,
    scheduler: opts.scheduler === 'manual' ? new ManualScheduler() : new AutoScheduler(),
    deadLetters: new DeadLetters(clock, trace),
    receptionist: new LocalReceptionist(),
    nextUid: () => ++uid,
    trace,
    report: observed(onFault),
  }
}

/** Those who look on must not hurt those who work. */
function observed<T>(look: (event: T) => void): (event: T) => void {
  return (event) => {
    try {
      look(event)
    } catch (error) {
      process.emitWarning(`an observer of the actor system failed: ${messageOf(error)}`)
    }
  }
}

function warn({ fault, outcome }: FaultReport): void {
  const what = fault.message === undefined ? '' : ` of ${fault.message}`
  process.emitWarning(
    `${fault.path} failed in ${fault.during}${what}, ${outcome}: ${messageOf(fault.error)}`,
  )
}

function whenEnded(ref: AnyRef): Promise<Ending> {
  return new Promise((resolve) => {
    if (!(ref instanceof LocalRef)) return
    ref.addWatcher({ refEnded: (_, ending) => resolve(ending) })
  })
}
