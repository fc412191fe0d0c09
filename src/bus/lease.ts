import { type Cancel, type Clock, every, type Millis } from '../base/clock.ts'
import { type Keys } from '../protocol/names.ts'
import { type Command, readScript, runScript, type Script } from './script.ts'
import { asTexts } from './stream-entries.ts'

/** What becomes of somebody's wish for a lease. */
export type LeaseState =
  /** It is ours; `token` is greater than that of every holder before. */
  | { readonly kind: 'held'; readonly token: number }
  | { readonly kind: 'taken'; readonly holder: string }
  /** Nobody answers, so it is not ours; whether it is somebody else's is not known. */
  | { readonly kind: 'unknown' }

/** Whose lease it is to be, and how it is asked for. */
export interface LeaseOptions {
  readonly command: Command
  readonly keys: Pick<Keys, 'lease' | 'fence'>
  readonly name: string
  readonly holder: string
  readonly ttlMs: Millis
  readonly clock: Clock
  readonly changed: (state: LeaseState) => void
}

/**
 * A lease that is kept as long as this is open: it bounds for how long two may take themselves for its holder, and
 * its token makes that harmless (PROTOCOL §6).
 *
 * It is renewed every third of its time. By the monotonic clock, counted from when the renewal was *sent*, it is
 * given up at two thirds, before anybody else can have it.
 */
export class Lease {
  readonly #options: LeaseOptions
  #state: LeaseState = { kind: 'unknown' }
  #stop: Cancel = () => {}
  #giveUp: Cancel = () => {}
  #isOpen = false

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  get state(): LeaseState {
    return this.#state
  }

  open(): void {
    this.#isOpen = true
    const { clock, ttlMs } = this.#options
    void this.ask()
    this.#stop = every(clock, ttlMs / 3, () => void this.ask())
  }

  /** Asks now; the lease of a holder that is known to be `gone` is taken over at once. */
  async ask(gone = ''): Promise<void> {
    const { clock, holder, ttlMs } = this.#options
    const sentAt = clock.now()
    try {
      const [isOurs, by, token] = asTexts(await this.#run(scripts().take, [holder, ttlMs, gone]))
      if (!this.#isOpen) return
      if (isOurs !== '1') return this.#becomes({ kind: 'taken', holder: by ?? '' })
      this.#giveUp()
      const leftMs = sentAt + (ttlMs * 2) / 3 - clock.now()
      // It came so late that it may be over by the time anybody acts on it.
      if (leftMs <= 0) return this.#becomes({ kind: 'unknown' })
      this.#giveUp = clock.after(leftMs, () => this.#becomes({ kind: 'unknown' }))
      this.#becomes({ kind: 'held', token: Number(token) })
    } catch {
      // What is held is given up in time; nothing else is lost by not knowing.
      if (this.#isOpen && this.#state.kind === 'taken') this.#becomes({ kind: 'unknown' })
    }
  }

  /** Gives it back, so that the next one need not wait for its end. */
  async close(): Promise<void> {
    this.#isOpen = false
    this.#stop()
    this.#giveUp()
    const { holder, keys, name, command } = this.#options
    const isHeld = this.#state.kind === 'held'
    this.#state = { kind: 'unknown' }
    if (!isHeld) return
    await runScript(command, scripts().drop, [keys.lease(name)], [holder]).catch(() => {})
  }

  #becomes(state: LeaseState): void {
    if (state.kind !== 'held') this.#giveUp()
    const isSame = JSON.stringify(state) === JSON.stringify(this.#state)
    this.#state = state
    if (!isSame) this.#options.changed(state)
  }

  #run(script: Script, args: readonly (string | number)[]): Promise<unknown> {
    const { command, keys, name } = this.#options
    return runScript(command, script, [keys.lease(name), keys.fence], args)
  }
}

interface Scripts {
  readonly take: Script
  readonly drop: Script
}

let loaded: Scripts | undefined

function scripts(): Scripts {
  loaded ??= { take: readScript('lease'), drop: readScript('drop-lease') }
  return loaded
}
