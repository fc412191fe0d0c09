import { createInterface, type Interface } from 'node:readline'
import type { Call } from './call.ts'
import { complaint, complaintJson } from './complaint.ts'
import type { Session } from './session.ts'

interface Receiver {
  readonly who: string
  /** Stands behind each line in place of a line feed. */
  readonly separator: string | undefined
}

/** Lines of our own standard input on their way to that of an instance, each after the one before. */
export class Typing {
  /** Resolves when there is nothing more to come. */
  readonly typed: Promise<void>
  /** A line did not arrive. */
  isRefused = false
  readonly #to: Receiver
  readonly #call: Call
  readonly #end = (): void => this.end()
  #sayTyped: (sending: Promise<void> | undefined) => void = () => {}
  #lines: Interface | undefined
  #session: Session | undefined

  constructor(to: Receiver, call: Call) {
    this.#to = to
    this.#call = call
    this.typed = new Promise((resolve) => (this.#sayTyped = resolve))
    process.once('SIGINT', this.#end)
  }

  /** From now on lines go this way; nothing is read before the first. */
  over(session: Session): void {
    this.#session = session
    if (this.#lines !== undefined) return
    this.#lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
    this.#sayTyped(this.#sendAll(this.#lines))
  }

  end(): void {
    process.off('SIGINT', this.#end)
    this.#lines?.close()
    this.#sayTyped(undefined)
  }

  async #sendAll(lines: Interface): Promise<void> {
    for await (const line of lines) await this.#send(line)
  }

  /** A line whose answer was lost with its manager may have arrived: whether it is said twice is for people to decide. */
  async #send(line: string): Promise<void> {
    const { who, separator } = this.#to
    const params = separator === undefined ? { line } : { line, separator }
    try {
      await this.#session?.ask('stdin', [who], params)
    } catch (thrown) {
      this.isRefused = true
      const { options, place } = this.#call
      const { screen } = place
      screen.note(options.json === true ? complaintJson(thrown) : complaint(thrown, screen.paint))
    }
  }
}
