import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cancel, Clock } from '../base/clock.ts'
import { afterMessage, type Instruments, noInstruments } from './instruments.ts'

/** Metrics change all the time: they are written down this often. */
const metricsEveryMs = 5_000

/**
 * What one launch has said of its actions and metrics. It stands in the run directory (`instruments`) as well: a
 * service says most of it once, perhaps to a manager before this one.
 */
export class InstrumentPanel {
  readonly #path: string
  readonly #clock: Clock
  #instruments: Instruments | undefined
  #cancelWrite: Cancel | undefined

  constructor(dir: string, clock: Clock) {
    this.#path = join(dir, 'instruments')
    this.#clock = clock
  }

  get instruments(): Instruments {
    this.#instruments ??= read(this.#path)
    return this.#instruments
  }

  /** Whether a message was about this, and so is for nobody else. */
  hear(message: unknown): boolean {
    const before = this.instruments
    const next = afterMessage(before, message)
    if (next === undefined) return false
    this.#instruments = next
    if (next.actions !== before.actions || next.options !== before.options) this.#write()
    else if (next !== before) this.#writeSoon()
    return true
  }

  /** The last that this manager heard is what the next one begins with. */
  close(): void {
    if (this.#cancelWrite !== undefined) this.#write()
  }

  #writeSoon(): void {
    this.#cancelWrite ??= this.#clock.after(metricsEveryMs, () => this.#write())
  }

  /** At once, in the turn in which the word came: the word is confirmed behind it. */
  #write(): void {
    this.#cancelWrite?.()
    this.#cancelWrite = undefined
    const fresh = `${this.#path}.new`
    try {
      writeFileSync(fresh, JSON.stringify(this.#instruments), { mode: 0o600 })
      renameSync(fresh, this.#path)
    } catch {
      // A full disk, or a launch that was settled meanwhile: a later manager then knows less of it.
    }
  }
}

function read(path: string): Instruments {
  try {
    // Written by a manager of this home, all at once.
    return { ...noInstruments, ...(JSON.parse(readFileSync(path, 'utf8')) as Instruments) }
  } catch {
    return noInstruments
  }
}
