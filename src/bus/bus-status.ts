import type { Clock } from '../base/clock.ts'

/** Whether the fleet sees and hears this host. Services never depend on it. */
export type BusStatus =
  | {
      readonly kind: 'up'
      /** ms since 1970. */
      readonly since: number
      /** How long it had been down; 0 the first time. */
      readonly outageMs: number
      /** How many events had waited. */
      readonly queued: number
      /** How many events were folded or refused and will never be told: what `host.gap` says. */
      readonly lost: number
    }
  | {
      readonly kind: 'down'
      /** ms since 1970. */
      readonly since: number
      readonly why: string
      /** How many events wait. */
      readonly queued: number
      /** Commands still arrive: Redis is there and takes no writes. Not for a host whose name is another one's. */
      readonly hears: boolean
    }

/**
 * Where a change of the connection is told, and who knows how many events wait (`queued`) and were dropped since
 * the last call (`takeLost`).
 */
export interface StatusKeeperOptions {
  readonly clock: Clock
  readonly onStatus: (status: BusStatus) => void
  readonly queued: () => number
  readonly takeLost: () => number
}

/** Remembers since when, and tells only what is new. */
export class StatusKeeper {
  readonly #options: StatusKeeperOptions
  #status: BusStatus
  #wasUp = false
  /** On the monotonic clock. */
  #downAt: number

  constructor(options: StatusKeeperOptions) {
    this.#options = options
    this.#downAt = options.clock.now()
    const since = options.clock.date().getTime()
    this.#status = { kind: 'down', since, why: 'not connected yet', queued: 0, hears: false }
  }

  get status(): BusStatus {
    const status = this.#status
    return status.kind === 'up' ? status : { ...status, queued: this.#options.queued() }
  }

  up(): void {
    if (this.#status.kind === 'up') return
    const { clock, queued, takeLost } = this.#options
    const outageMs = this.#wasUp ? clock.now() - this.#downAt : 0
    this.#wasUp = true
    const since = clock.date().getTime()
    this.#tell({ kind: 'up', since, outageMs, queued: queued(), lost: takeLost() })
  }

  /** Events were lost without an outage: more came than could be sent. */
  overrun(): void {
    const lost = this.#options.takeLost()
    if (this.#status.kind === 'up' && lost > 0) this.#tell({ ...this.#status, lost })
  }

  down(why: string, hears: boolean): void {
    const before = this.#status
    if (before.kind === 'down' && before.why === why && before.hears === hears) return
    const { clock, queued } = this.#options
    if (before.kind === 'up') this.#downAt = clock.now()
    const since = before.kind === 'down' ? before.since : clock.date().getTime()
    this.#tell({ kind: 'down', since, why, queued: queued(), hears })
  }

  #tell(status: BusStatus): void {
    this.#status = status
    this.#options.onStatus(status)
  }
}
