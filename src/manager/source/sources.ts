import type { Clock } from '../../base/clock.ts'
import type { SourceView } from '../../protocol/views.ts'
import type { Surroundings } from '../../supervisor/launch-order.ts'
import type { DesiredService } from '../desired-state.ts'
import type { DesiredStore } from '../desired-store.ts'
import { slotsOf } from '../desired-slots.ts'
import { gitTree } from './git-tree.ts'
import { KnownSources } from './known-sources.ts'
import { type Place, placeOf } from './place.ts'

interface SourcesPorts {
  readonly clock: Clock
  readonly store: DesiredStore
  readonly around: Surroundings
}

/** What git knows of the services of this host, and updates through it. */
export class Sources {
  readonly #ports: SourcesPorts
  readonly #known: KnownSources

  constructor(ports: SourcesPorts) {
    this.#ports = ports
    this.#known = new KnownSources(ports.clock, gitTree)
  }

  /** Undefined: not under git, not to be asked for, or git is late. */
  async of(service: DesiredService): Promise<SourceView | undefined> {
    const place = service.spec.vizion === false ? undefined : this.#placeOf(service)
    return place && this.#known.of(place)
  }

  #placeOf(service: DesiredService): Place | undefined {
    const { store, around } = this.#ports
    const [slot] = slotsOf(store.state, service)
    return slot && placeOf(slot, around)
  }
}
