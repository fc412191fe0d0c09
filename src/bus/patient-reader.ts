import { type Clock, sleep } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import { orAborted } from './or-aborted.ts'
import { reconnectDelay } from './reconnect-delay.ts'
import type { RedisLink } from './redis-link.ts'
import { refusalOf } from './refusal.ts'
import type { Command } from './script.ts'

/** The connection that is read through, and the time and chance of its pauses between two tries. */
export interface ReaderOptions {
  readonly link: Pick<RedisLink, 'command' | 'isReady' | 'reconnect' | 'settled'>
  readonly clock: Clock
  readonly random: Random
}

/** The server's conditions in which a read is worth asking again. */
const passing = /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN) /

/** Reads over whatever connection there is: without one they wait, and without an answer they are asked again. */
export class PatientReader {
  readonly #options: ReaderOptions
  readonly #waiting = new Set<() => void>()

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** There is a connection. */
  connected(): void {
    for (const go of this.#waiting) go()
    this.#waiting.clear()
  }

  /**
   * For commands that change nothing: one may be sent more than once.
   * They reject when `signal` says so, and with `E_REJECTED` for what Redis will never answer.
   */
  until(signal: AbortSignal): Command {
    return async (name, ...args) => {
      for (let attempt = 0; ; attempt += 1) {
        await this.#ready(signal)
        try {
          const reply = await orAborted(signal, this.#options.link.command(name, ...args))
          this.#options.link.settled()
          return reply
        } catch (error) {
          signal.throwIfAborted()
          if (this.#isPassing(name, error)) await this.#pause(attempt, signal)
        }
      }
    }
  }

  /** Whether the server is there and will answer later; throws when it never will. */
  #isPassing(name: string, error: unknown): boolean {
    if (TroupeError.is(error, 'E_BUS_DOWN')) return false
    const { link } = this.#options
    const { kind, why } = refusalOf(messageOf(error))
    if (passing.test(why)) return true
    if (kind !== 'unknown') throw refused(name, error, why)
    if (link.isReady) link.reconnect(`no answer to ${name}: ${why}`)
    return false
  }

  #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options
    return orAborted(signal, sleep(clock, reconnectDelay(attempt, random)))
  }

  #ready(signal: AbortSignal): Promise<void> {
    const { link } = this.#options
    if (link.isReady && !signal.aborted) return Promise.resolve()
    const arrival = new Promise<void>((resolve) => this.#waiting.add(resolve))
    return orAborted(signal, arrival)
  }
}

function refused(name: string, cause: unknown, why: string): TroupeError {
  return new TroupeError('E_REJECTED', `Redis refuses ${name}: ${why}`, {
    hint: 'the access list of its user must allow it: see docs/protocol.md',
    cause,
  })
}
