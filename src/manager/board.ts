import type { InstanceView } from '../protocol/views.ts'
import type { Board } from '../supervisor/instance-ports.ts'

/** The newest view of every instance of this host: reading it asks no actor. */
export class InstanceBoard implements Board {
  readonly #views = new Map<string, InstanceView>()

  show(view: InstanceView): void {
    this.#views.set(`${view.service}#${view.slot}`, view)
  }

  drop(service: string, slot: number): void {
    this.#views.delete(`${service}#${slot}`)
  }

  view(service: string, slot: number): InstanceView | undefined {
    return this.#views.get(`${service}#${slot}`)
  }

  /** By id. */
  all(): readonly InstanceView[] {
    return [...this.#views.values()].toSorted((a, b) => a.id - b.id)
  }

  of(service: string): readonly InstanceView[] {
    return this.all().filter((view) => view.service === service)
  }
}
