import { join } from 'node:path'
import { type Clock, sleep } from '../base/clock.ts'
import type { Exit } from '../base/exit.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import type { LaunchRecord, ManagedProcess } from './host.ts'
import { isAbsent, notNow, PrimaryLink } from './primary-link.ts'
import type { Switchboard } from './switchboard.ts'

/** How long a primary may take to begin, to answer, or to leave. */
const patienceMs = 10_000
const lookAgainMs = 10

/** What a primary's connection needs. */
export interface PrimarySite {
  readonly clock: Clock
  readonly switchboard: Switchboard
}

/** The primary of one service: a process, and the connection to it as long as one is needed. */
export class ServicePrimary {
  readonly process: ManagedProcess
  readonly #site: PrimarySite
  readonly #left: Promise<Exit>
  #sayLeft: (exit: Exit) => void = () => {}
  #isGone = false
  #link: PrimaryLink | undefined
  #connecting: Promise<PrimaryLink> | undefined

  constructor(process: ManagedProcess, site: PrimarySite) {
    this.process = process
    this.#site = site
    this.#left = new Promise((resolve) => (this.#sayLeft = resolve))
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** It has said that it would end, so its end is no loss. */
  get isLeaving(): boolean {
    return this.#link?.isLeaving ?? false
  }

  /**
   * The connection, made anew where there is none; everybody who asks at once gets the same.
   *
   * @throws TroupeError `E_SPAWN`
   */
  async reach(): Promise<PrimaryLink> {
    if (this.#link?.isOpen === true) return this.#link
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined))
    this.#link = await this.#connecting
    return this.#link
  }

  /** A worker is about to be asked to end. */
  askedToEnd(cookie: string): void {
    this.#link?.asked(cookie)
  }

  /** A worker gets its share of connections from now on. */
  trust(cookie: string): void {
    this.#link?.trust(cookie)
  }

  /** The process has ended. */
  ended(exit: Exit): void {
    this.#isGone = true
    this.#sayLeft(exit)
  }

  /**
   * Resolves with how it ended.
   *
   * @throws TroupeError `E_SPAWN` when it stays
   */
  leave(): Promise<Exit> {
    return this.within(this.#left)
  }

  close(): void {
    this.#link?.close()
  }

  /** @throws TroupeError `E_SPAWN` when the answer does not come in time */
  async within<T>(answer: Promise<T>): Promise<T> {
    let cancel = (): void => {}
    const late = new Promise<never>((_, reject) => {
      cancel = this.#site.clock.after(patienceMs, () => {
        reject(notNow('the primary does not answer'))
      })
    })
    return Promise.race([answer, late]).finally(() => cancel())
  }

  async #connect(): Promise<PrimaryLink> {
    const { clock, switchboard } = this.#site
    const { record } = this.process
    const path = join(record.dir, 'sock')
    const deadline = clock.now() + patienceMs
    for (;;) {
      const giveUp = new AbortController()
      try {
        const opened = PrimaryLink.open(path, switchboard, giveUp.signal)
        // oxlint-disable-next-line no-await-in-loop
        return await this.within(opened)
      } catch (cause) {
        giveUp.abort(cause)
        const isHopeless = this.#isGone || clock.now() > deadline || !isAbsent(cause)
        if (isHopeless) throw unreachable(record, cause)
      }
      // It is still starting, or about to end.
      // oxlint-disable-next-line no-await-in-loop
      await sleep(clock, lookAgainMs)
    }
  }
}

function unreachable({ service, files }: LaunchRecord, cause: unknown): TroupeError {
  if (TroupeError.is(cause)) return cause
  const why = `the primary of ${service} cannot be reached: ${messageOf(cause)}`
  return notNow(why, `see ${files.error}`)
}
