import type { Clock } from '../../base/clock.ts'
import { TroupeError } from '../../base/errors.ts'
import type { SourceView } from '../../protocol/views.ts'
import type { Board } from '../../supervisor/instance-ports.ts'
import type { Surroundings } from '../../supervisor/launch-order.ts'
import { slotsOf } from '../desired-slots.ts'
import type { DesiredService } from '../desired-state.ts'
import type { DesiredStore } from '../desired-store.ts'
import type { Roster } from '../roster.ts'
import { gitTree } from './git-tree.ts'
import { KnownSources } from './known-sources.ts'
import { type Place, placeOf } from './place.ts'
import { runCommand } from './post-update.ts'
import { bystanders, type Repository, repositoriesOf, type Subject } from './repository.ts'
import { RollOut } from './roll-out.ts'
import { update, type Updated, type UpdateOrder } from './update.ts'

interface SourcesPorts {
  readonly clock: Clock
  readonly roster: Roster
  readonly board: Board
  readonly store: DesiredStore
  readonly around: Surroundings
}

/** What git knows of the services of this host, and updates through it. */
export class Sources {
  readonly #ports: SourcesPorts
  readonly #known: KnownSources
  readonly #rollOut: RollOut
  /** The last update of each working tree: services of one tree may be named by two commands. */
  readonly #updates = new Map<string, Promise<unknown>>()

  constructor(ports: SourcesPorts) {
    this.#ports = ports
    this.#known = new KnownSources(ports.clock, gitTree)
    this.#rollOut = new RollOut(ports)
  }

  /** Undefined: not under git, not to be asked for, or git is late. */
  async of(service: DesiredService): Promise<SourceView | undefined> {
    const place = service.spec.vizion === false ? undefined : this.#placeOf(service)
    return place && this.#known.of(place)
  }

  /**
   * Moves the source of services and reloads them, one working tree after the other.
   *
   * @throws TroupeError `E_FAILED` when one stays, or was brought back, where it was
   */
  async update(services: readonly DesiredService[], order: UpdateOrder): Promise<Updated> {
    const subjects = services.flatMap((service) => this.#subjectOf(service))
    const repositories = await repositoriesOf(order.op, subjects, gitTree)
    const done: Updated[] = []
    try {
      for (const repository of repositories) done.push(await this.#inTurn(repository, order))
    } catch (thrown) {
      throw done.length === 0 ? thrown : halfDone(thrown, done)
    } finally {
      this.#known.forget()
    }
    return {
      instances: done.flatMap(({ instances }) => instances),
      notes: done.flatMap(({ notes = [] }) => notes),
      moves: done.flatMap(({ moves }) => moves),
    }
  }

  async #inTurn(repository: Repository, order: UpdateOrder): Promise<Updated> {
    const { clock } = this.#ports
    const { root } = repository
    const ports = {
      rollOut: this.#rollOut,
      run: (each: Parameters<typeof runCommand>[0]) => runCommand(each, clock),
    }
    const before = this.#updates.get(root) ?? Promise.resolve()
    const mine = before.then(() => update(repository, order, ports))
    this.#updates.set(
      root,
      mine.catch(() => undefined),
    )
    const updated = await mine
    const left = bystanders(
      repository,
      this.#ports.roster.services.map(({ spec }) => spec),
    )
    if (updated.moves.length === 0 || left.length === 0) return updated
    const note = `${left.join(', ')} runs from ${root} as well, and was not reloaded`
    return { ...updated, notes: [...(updated.notes ?? []), note] }
  }

  #subjectOf(service: DesiredService): readonly Subject[] {
    const { name, postUpdate } = service.spec
    const place = this.#placeOf(service)
    return place === undefined ? [] : [{ name, place, ...(postUpdate && { postUpdate }) }]
  }

  #placeOf(service: DesiredService): Place | undefined {
    const { store, around } = this.#ports
    const [slot] = slotsOf(store.state, service)
    return slot && placeOf(slot, around)
  }
}

/** Whoever reads of a failure has to know what succeeded before it. */
function halfDone(thrown: unknown, done: readonly Updated[]): unknown {
  const moved = done.flatMap(({ moves }) => moves.flatMap(({ services }) => services))
  if (!TroupeError.is(thrown) || moved.length === 0) return thrown
  const { code, message, hint } = thrown
  return new TroupeError(code, `${message}; ${moved.join(', ')} had been updated before`, {
    ...(hint === undefined ? {} : { hint }),
    cause: thrown,
  })
}
