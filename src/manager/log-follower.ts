import type { Cancel, Clock } from '../base/clock.ts'
import { type FileLine, LogFile } from './log-file.ts'
import type { LogWatch } from './log-watch.ts'

/** Changes within this time are read together. */
const throttleMs = 25
/** Whoever writes no line break for so long is asking something, or shows how far it is. */
const quietMs = 1_000
/** A file that was renamed may be written to until its writer opens the new one. */
const mostFiles = 2

interface Ports {
  readonly clock: Clock
  readonly watch: LogWatch
  readonly hear: (line: FileLine) => void
}

/**
 * Follows what a name stands for: the file until it is moved away, to its end, and then the
 * next one. Every line is handed on once.
 */
export class LogFollower {
  readonly #path: string
  readonly #ports: Ports
  /** Oldest first; the last one had the name when it was looked at. */
  readonly #files: { readonly log: LogFile; readonly unwatch: Cancel }[] = []
  #pending: Cancel | undefined
  #quiet: Cancel | undefined
  #reading: Promise<void> | undefined
  #isStale = false
  #isStopped = false

  /** Nothing is watched before {@link begin}. */
  constructor(path: string, ports: Ports) {
    this.#path = path
    this.#ports = ports
  }

  /** Goes on in `log`, if there is one already. @throws when the system refuses to watch */
  begin(log: LogFile | undefined): void {
    if (log !== undefined) this.#add(log)
    this.#ports.watch.name(this.#path, this.#wake)
    this.#wake()
  }

  /** Resolves once nothing is read any more; the watchers are closed by whoever gave them. */
  async close(): Promise<void> {
    this.#isStopped = true
    this.#pending?.()
    this.#quiet?.()
    await this.#reading
    await Promise.all(this.#files.map(({ log }) => log.close()))
  }

  readonly #wake = (): void => {
    if (this.#isStopped) return
    this.#isStale = true
    this.#pending ??= this.#ports.clock.after(throttleMs, () => {
      this.#pending = undefined
      // A reading that fails is tried again with the next change.
      this.#reading ??= this.#catchUp()
        .catch(() => {})
        .finally(() => (this.#reading = undefined))
    })
  }

  readonly #hear = (line: FileLine): void => {
    if (!this.#isStopped) this.#ports.hear(line)
  }

  async #catchUp(): Promise<void> {
    while (this.#isStale && !this.#isStopped) {
      this.#isStale = false
      for (const { log } of this.#files) await log.readOn(this.#hear)
      await this.#lookAtName()
    }
    this.#awaitQuiet()
  }

  /** What was there first has been read by now. */
  async #lookAtName(): Promise<void> {
    const log = await LogFile.open(this.#path)
    if (log === undefined) return
    if (this.#isStopped || this.#files.some((each) => each.log.id === log.id)) return log.close()
    this.#add(log)
    this.#isStale = true
    await this.#dropOldest()
  }

  #add(log: LogFile): void {
    let unwatch: Cancel = () => {}
    try {
      unwatch = this.#ports.watch.file(log.path, this.#wake)
    } finally {
      this.#files.push({ log, unwatch })
    }
  }

  async #dropOldest(): Promise<void> {
    if (this.#files.length <= mostFiles) return
    const [oldest] = this.#files.splice(0, 1)
    oldest?.unwatch()
    oldest?.log.flush(this.#hear)
    await oldest?.log.close()
  }

  #awaitQuiet(): void {
    this.#quiet?.()
    if (this.#isStopped || !this.#files.some(({ log }) => log.rest !== '')) return
    this.#quiet = this.#ports.clock.after(quietMs, () => {
      for (const { log } of this.#files) log.flush(this.#hear)
    })
  }
}
