import type { Clock } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import { ask, type AskOpts, type AskResult } from './ask.ts'
import type { ChildSpec, Ctx, Stash, Timers } from './behavior.ts'
import type { Fault } from './ending.ts'
import type { Ticket } from './envelope.ts'
import type { Kernel } from './kernel.ts'
import type { Overtaking } from './mailbox.ts'
import { LocalRef } from './local-ref.ts'
import type { Receptionist } from './receptionist.ts'
import type { ActorPath, AnyRef, Ref } from './ref.ts'
import { ActorStash, type StashHost } from './stash.ts'
import { ActorTimers } from './timers.ts'
import { Watches } from './watches.ts'

/** What an incarnation's context needs of its actor. */
export interface ContextHost extends StashHost {
  readonly path: ActorPath
  spawn(spec: ChildSpec<never>): LocalRef
  child(id: string): LocalRef | undefined
  stopChild(id: string): void
  /** Adds a message that the actor owes itself. */
  force(message: unknown, ticket: Ticket): void
  overtake(notice: Overtaking, ticket: Ticket): void
  /** A promise was piped, and what should have made a message of it threw. */
  ended(fault: Fault): void
}

/** What one incarnation may do, until it ends. Most never need more than the first three fields. */
export class Context implements Ctx<unknown> {
  readonly self: LocalRef
  readonly #kernel: Kernel
  readonly #host: ContextHost
  #timers: ActorTimers | undefined
  #stash: ActorStash | undefined
  #watches: Watches | undefined

  constructor(kernel: Kernel, host: ContextHost, self: LocalRef) {
    this.#kernel = kernel
    this.#host = host
    this.self = self
  }

  get path(): ActorPath {
    return this.#host.path
  }

  get clock(): Clock {
    return this.#kernel.clock
  }

  get receptionist(): Receptionist {
    return this.#kernel.receptionist
  }

  get timers(): Timers<unknown> {
    this.#timers ??= new ActorTimers(this.#kernel.clock, (message, ticket) =>
      this.#host.force(message, ticket),
    )
    if (!this.self.isOpen) this.#timers.close()
    return this.#timers
  }

  get stash(): Stash {
    this.#stash ??= new ActorStash(this.#host)
    return this.#stash
  }

  spawn<N, S>(spec: ChildSpec<N, S>): Ref<N> {
    if (!this.self.isOpen) {
      throw new TroupeError('E_CLOSED', `cannot spawn "${spec.id}": ${this.path} has ended`)
    }
    return this.#host.spawn(spec)
  }

  child(id: string): AnyRef | undefined {
    return this.#host.child(id)
  }

  stop(child: AnyRef): void {
    if (!(child instanceof LocalRef) || !this.self.isOpen) return
    const id = child.path.slice(child.path.lastIndexOf('/') + 1)
    if (this.#host.child(id)?.target === child.target) this.#host.stopChild(id)
  }

  watch(ref: AnyRef): void {
    this.#watch(ref, undefined)
  }

  watchWith(ref: AnyRef, message: unknown): void {
    this.#watch(ref, { message })
  }

  unwatch(ref: AnyRef): void {
    if (ref instanceof LocalRef) this.#watches?.remove(ref)
  }

  pipe<T>(
    promise: Promise<T>,
    ok: (value: T) => unknown,
    failed: (error: unknown) => unknown,
  ): void {
    promise.then(
      (value) => this.#bring(() => ok(value)),
      (error: unknown) => this.#bring(() => failed(error)),
    )
  }

  ask<N, R>(to: Ref<N>, make: (reply: Ref<R>) => N, opts: AskOpts): Promise<AskResult<R>> {
    return ask(this.#kernel, to, make, opts)
  }

  /** From now on nothing comes back to the actor through this. */
  close(): void {
    this.self.close()
    this.#timers?.close()
    this.#watches?.close()
  }

  unstashAll(): void {
    this.#stash?.unstashAll()
  }

  #watch(ref: AnyRef, instead: { readonly message: unknown } | undefined): void {
    if (!(ref instanceof LocalRef)) {
      throw new TroupeError('E_USAGE', `cannot watch ${ref.path}: it is no actor`)
    }
    if (!this.self.isOpen) return
    this.#watches ??= new Watches((notice, ticket) => this.#host.overtake(notice, ticket))
    this.#watches.add(ref, instead)
  }

  #bring(make: () => unknown): void {
    if (!this.self.isOpen) return
    let message: unknown
    try {
      message = make()
    } catch (error) {
      const fault = { path: this.path, during: 'pipe', error, message: undefined } as const
      return this.#host.ended({ kind: 'fault', ...fault })
    }
    this.#host.force(message, this.self)
  }
}
