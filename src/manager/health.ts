import type { Cancel, Clock } from '../base/clock.ts'
import { every } from '../base/clock.ts'
import { showBytes } from '../base/units.ts'
import type { EventDraft } from '../protocol/events.ts'
import { freeBytes } from './clues.ts'

interface HealthPorts {
  readonly clock: Clock
  /** Directories whose disks must not fill up. */
  readonly dirs: readonly string[]
  announce(draft: EventDraft): void
}

const lookEveryMs = 10_000
const lowBelowBytes = 64 * 1024 * 1024

/** What is wrong with the host itself. It never stops a service; it says so, once, until it is well again. */
export class HostHealth {
  readonly #ports: HealthPorts
  readonly #troubles = new Map<string, string>()
  #cancel: Cancel = () => {}

  constructor(ports: HealthPorts) {
    this.#ports = ports
  }

  get troubles(): readonly string[] {
    return [...this.#troubles.values()]
  }

  open(): void {
    const look = (): void => void this.#look().catch(() => {})
    look()
    this.#cancel = every(this.#ports.clock, lookEveryMs, look)
  }

  close(): void {
    this.#cancel()
  }

  /** Notes a trouble, or with undefined that it is over. */
  note(about: string, trouble: string | undefined): void {
    if (this.#troubles.get(about) === trouble) return
    const wasIll = this.#troubles.size > 0
    if (trouble === undefined) this.#troubles.delete(about)
    else this.#troubles.set(about, trouble)
    if (this.#troubles.size > 0) {
      this.#ports.announce({ type: 'host.degraded', data: { reasons: this.troubles } })
    } else if (wasIll) this.#ports.announce({ type: 'host.ok', data: {} })
  }

  async #look(): Promise<void> {
    for (const dir of this.#ports.dirs) {
      const free = await freeBytes(dir)
      const isLow = free !== undefined && free < lowBelowBytes
      // The figure is left out of the comparison: a disk that fills slowly is told of once.
      const known = this.#troubles.get(dir)
      const trouble = isLow
        ? (known ?? `the disk under ${dir} is almost full (${showBytes(free)} free)`)
        : undefined
      this.note(dir, trouble)
    }
  }
}
