import type { Found } from '../process/host.ts'
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
      const [serviceId = '', slot = ''] = each.record.launchId.split('.')
      const key = `${serviceId}.${slot}`
      this.#found.set(key, [...(this.#found.get(key) ?? []), each].toSorted(newestLast))
    }
  }

  take(serviceId: string, slot: number): Found | undefined {
    const key = `${serviceId}.${slot}`
    const found = this.#found.get(key)?.pop()
    if (this.#found.get(key)?.length === 0) this.#found.delete(key)
    return found
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
    return alive?.record.launchId.split('.')[0]
  }

  held(serviceId: string, slot: number): HeldProcess | undefined {
    return this.#held.get(`${serviceId}.${slot}`)
  }

  hold(serviceId: string, slot: number, held: HeldProcess): void {
    this.#held.set(`${serviceId}.${slot}`, held)
  }

  drop(serviceId: string, slot: number): void {
    this.#held.delete(`${serviceId}.${slot}`)
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
  return Number(record.launchId.split('.').at(-1) ?? 0)
}
