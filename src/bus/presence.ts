import type { Cancel, Clock, Millis } from '../base/clock.ts'
import { shortId } from '../base/ids.ts'
import { messageOf } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import type { Beat } from './wire.ts'

/** How often a host says that it lives (PROTOCOL §6), before jitter. */
export const beatMs = 2_000
const jitter = 0.1
/** How long a host is believed to live without a beat. */
const ttlMs = 5 * beatMs
/** How long the own probe may take to come back. */
const echoMs = 3_000

const probePrefix = 'p:'

/** Whether a message on a host's command channel is a probe of its own link rather than a command. */
export function isProbe(payload: string): boolean {
  return payload.startsWith(probePrefix)
}

/** How a beat is sent, and who hears what became of it. A beat carries a probe, which has to come back by pub/sub. */
export interface PresenceOptions {
  readonly clock: Clock
  readonly random: Random
  readonly beat: (ttlMs: Millis, probe: string) => Promise<Beat>
  readonly beaten: (beat: Beat) => void
  /** The server does not answer, or what we publish does not reach us. */
  readonly lost: (why: string) => void
  /** The server answers, and does not let us write. */
  readonly refused: (refusal: Refusal) => void
}

/** Keeps a host present: beats, listens for its own probe, and knows what time it is on the server. */
export class Presence {
  readonly #options: PresenceOptions
  readonly #timers = new Set<Cancel>()
  #run = 0
  #isOn = false
  #isListening = true
  readonly #expected = new Set<string>()
  #offsetMs = 0

  constructor(options: PresenceOptions) {
    this.#options = options
  }

  /** Server time minus the local date. */
  get offsetMs(): Millis {
    return this.#offsetMs
  }

  /** Beats from now on, if it does not already. */
  start(): void {
    if (this.#isOn) return
    this.#isOn = true
    void this.#beat(this.#run)
  }

  stop(): void {
    this.#isOn = false
    this.#run += 1
    this.#expected.clear()
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
  }

  /** The host may not listen on its own command channel: only answers count from now on. */
  deafen(): void {
    this.#isListening = false
  }

  /** A message on the host's own command channel. */
  heard(payload: string): void {
    this.#expected.delete(payload)
  }

  /** `askedAt` is the local date in ms when the server was asked, `tookMs` how long its answer took. */
  learnTime(serverMs: number, askedAt: number, tookMs: Millis): void {
    this.#offsetMs = serverMs - (askedAt + tookMs / 2)
  }

  async #beat(run: number): Promise<void> {
    const { clock, random } = this.#options
    this.#after(beatMs * (1 - jitter + 2 * jitter * random()), () => void this.#beat(run))
    const probe = `${probePrefix}${shortId()}`
    this.#expected.add(probe)
    const sentAt = clock.now()
    const askedAt = clock.date().getTime()
    try {
      const beat = await this.#options.beat(ttlMs, probe)
      if (run !== this.#run) return
      this.learnTime(beat.serverMs, askedAt, clock.now() - sentAt)
      if (beat.isProbed && this.#isListening) this.#awaitEcho(probe, sentAt)
      else this.#expected.delete(probe)
      this.#options.beaten(beat)
    } catch (error) {
      this.#expected.delete(probe)
      if (run === this.#run) this.#failed(refusalOf(messageOf(error)))
    }
  }

  #failed(refusal: Refusal): void {
    // Who refuses is there.
    if (refusal.kind === 'unknown') this.#options.lost(`no answer to a heartbeat: ${refusal.why}`)
    else this.#options.refused(refusal)
  }

  #awaitEcho(probe: string, sentAt: Millis): void {
    const elapsed = this.#options.clock.now() - sentAt
    this.#after(Math.max(0, echoMs - elapsed), () => {
      if (this.#expected.has(probe)) {
        this.#options.lost(`what this host publishes did not reach it within ${echoMs / 1_000} s`)
      }
    })
  }

  #after(ms: Millis, fn: () => void): void {
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(cancel)
      fn()
    })
    this.#timers.add(cancel)
  }
}
