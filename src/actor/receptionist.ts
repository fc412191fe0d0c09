import type { Ending } from './ending.ts'
import { LocalRef, type Watcher } from './local-ref.ts'
import type { AnyRef, Ref } from './ref.ts'

declare const messages: unique symbol

/** A name under which actors that understand M are found. */
export interface ServiceKey<in M> {
  readonly name: string
  /** Never there: it carries the type. */
  readonly [messages]?: (message: M) => void
}

/** A name to register and look up under; two keys of one name are the same, whatever their `M`. */
export function serviceKey<M>(name: string): ServiceKey<M> {
  return { name }
}

/** All who are registered under a key, in the order in which they came. */
export interface Listing<M> {
  readonly kind: 'listing'
  readonly key: string
  readonly refs: readonly Ref<M>[]
}

/** Where actors find each other by what they do. */
export interface Receptionist {
  /** Until the ref ends: a stable ref stays through restarts. */
  register<M>(key: ServiceKey<M>, ref: Ref<M>): void
  find<M>(key: ServiceKey<M>): readonly Ref<M>[]
  /** Tells the listing now, and again after every change, until `to` ends. */
  subscribe<M>(key: ServiceKey<M>, to: Ref<Listing<M>>): void
}

interface Entry {
  readonly refs: Set<AnyRef>
  readonly subscribers: Set<Ref<Listing<unknown>>>
}

/** The register of one system: an actor is taken out of it as soon as it ends. */
export class LocalReceptionist implements Receptionist {
  readonly #entries = new Map<string, Entry>()

  register<M>(key: ServiceKey<M>, ref: Ref<M>): void {
    const { refs } = this.#entry(key.name)
    if (refs.has(ref)) return
    refs.add(ref)
    this.#announce(key.name)
    this.#onEnd(ref, () => {
      refs.delete(ref)
      this.#announce(key.name)
    })
  }

  find<M>(key: ServiceKey<M>): readonly Ref<M>[] {
    return this.#refsOf<M>(key.name)
  }

  subscribe<M>(key: ServiceKey<M>, to: Ref<Listing<M>>): void {
    const { subscribers } = this.#entry(key.name)
    subscribers.add(to)
    to.tell({ kind: 'listing', key: key.name, refs: this.#refsOf<M>(key.name) })
    this.#onEnd(to, () => {
      subscribers.delete(to)
      this.#sweep(key.name)
    })
  }

  #entry(name: string): Entry {
    const known = this.#entries.get(name)
    if (known) return known
    const entry = { refs: new Set<AnyRef>(), subscribers: new Set<Ref<Listing<unknown>>>() }
    this.#entries.set(name, entry)
    return entry
  }

  #announce(name: string): void {
    const refs = this.#refsOf<unknown>(name)
    for (const subscriber of this.#entries.get(name)?.subscribers ?? []) {
      subscriber.tell({ kind: 'listing', key: name, refs })
    }
    this.#sweep(name)
  }

  /** Only refs typed by the key were registered under its name. */
  #refsOf<M>(name: string): readonly Ref<M>[] {
    return [...(this.#entries.get(name)?.refs ?? [])] as Ref<M>[]
  }

  #sweep(name: string): void {
    const entry = this.#entries.get(name)
    if (entry?.refs.size === 0 && entry.subscribers.size === 0) this.#entries.delete(name)
  }

  #onEnd(ref: AnyRef, act: () => void): void {
    const watcher: Watcher = { refEnded: (_ref: LocalRef, _ending: Ending) => act() }
    if (ref instanceof LocalRef) ref.addWatcher(watcher)
  }
}
