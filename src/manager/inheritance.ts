import type { Found } from '../process/host.ts'
import { parseLaunchId } from '../process/launch-id.ts'
import type { HeldProcess, Inheritance } from '../supervisor/instance-ports.ts'

/** Anything that was found and has a run directory. */
type Stranger = Exclude<Found, { kind: 'orphan' }>

/** What a former manager left, by service and slot; of several launches of a slot the newest goes to its instance. */
export class Estate implements Inheritance {
  readonly isNewBoot: boolean
  readonly #found = new Map<string, Stranger[]>()
  readonly #held = new Map<string, HeldProcess>()

  constructor(found: readonly Found[], isNewBoot: boolean) {
    this.isNewBoot = isNewBoot
    for (const each of found) {
      if (each.kind === 'orphan') continue
      const { serviceId, seat } = parseLaunchId(each.record.launchId)
      const key = `${serviceId}.${seat}`
      this.#found.set(key, [...(this.#found.get(key) ?? []), each].toSorted(newestLast))
    }
  }

  take(serviceId: string, seat: string): Found | undefined {
    const key = `${serviceId}.${seat}`
    const found = this.#found.get(key)?.pop()
    if (this.#found.get(key)?.length === 0) this.#found.delete(key)
    return found
  }

  has(serviceId: string, seat: string): boolean {
    const key = `${serviceId}.${seat}`
    return this.#held.has(key) || this.#found.has(key)
  }

  /**
   * What no declared slot will take: launches of slots that are not declared, and all but the newest
   * of those that are. A living one stays here, for a service of its name that is declared again.
   */
  leftovers(declared: ReadonlySet<string>): readonly Stranger[] {
    return [...this.#found].flatMap(([key, launches]) => {
      const kept =
        declared.has(key) || launches.at(-1)?.kind === 'alive' ? launches.at(-1) : undefined
      if (kept === undefined) this.#found.delete(key)
      else this.#found.set(key, [kept])
      return launches.filter((each) => each !== kept || !declared.has(key))
    })
  }

  /** The id under which processes of a service still run although it was not declared. */
  idOf(service: string): string | undefined {
    const alive = [...this.#found.values()].flat().find(({ record }) => record.service === service)
    return alive && parseLaunchId(alive.record.launchId).serviceId
  }

  held(serviceId: string, seat: string): HeldProcess | undefined {
    return this.#held.get(`${serviceId}.${seat}`)
  }

  hold(serviceId: string, seat: string, held: HeldProcess): void {
    this.#held.set(`${serviceId}.${seat}`, held)
  }

  drop(serviceId: string, seat: string): void {
    this.#held.delete(`${serviceId}.${seat}`)
  }

  /** The cookies of the launches that write to a file. */
  cookiesOf(path: string): ReadonlySet<string> {
    const records = [...this.#held.values()].map(({ process }) => process.record)
    const writers = records.filter(({ files }) => files.out === path || files.error === path)
    return new Set(writers.map(({ cookie }) => cookie))
  }

  /** Processes that this manager watches. */
  get heldCount(): number {
    return this.#held.size
  }
}

/** Alive before anything else: a slot must never take an older end while a process of it lives. */
function newestLast(a: Stranger, b: Stranger): number {
  const alive = Number(a.kind === 'alive') - Number(b.kind === 'alive')
  return alive === 0 ? launchOf(a) - launchOf(b) : alive
}

function launchOf({ record }: Stranger): number {
  return parseLaunchId(record.launchId).incarnation
}
