import type { Cancel } from '../base/clock.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Board } from '../supervisor/instance-ports.ts'

/** The newest view of every instance of this host: reading it asks no actor. */
export class InstanceBoard implements Board {
  readonly #views = new Map<string, InstanceView>()
  readonly #watchers = new Set<() => void>()

  show(view: InstanceView): void {
    this.#views.set(`${view.service}#${view.slot}`, view)
    for (const changed of this.#watchers) changed()
  }

  drop(service: string, slot: number): void {
    this.#views.delete(`${service}#${slot}`)
  }

  view(service: string, slot: number): InstanceView | undefined {
    return this.#views.get(`${service}#${slot}`)
  }

  onChange(changed: () => void): Cancel {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  /** By id. */
  all(): readonly InstanceView[] {
    return [...this.#views.values()].toSorted((a, b) => a.id - b.id)
  }

  of(service: string): readonly InstanceView[] {
    return this.all().filter((view) => view.service === service)
  }
}
