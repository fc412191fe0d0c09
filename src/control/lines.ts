import { TroupeError } from '../base/errors.ts'

const newline = 0x0a

/** Cuts a byte stream into lines without ever holding, or decoding, more than `maxBytes` of one. */
export class Lines {
  readonly #maxBytes: number
  #held: Buffer[] = []
  #heldBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /**
   * The lines that `chunk` completes, without their newlines; empty lines are skipped.
   *
   * @throws TroupeError `E_TOO_LARGE` once a line is longer than allowed, complete or not
   */
  *take(chunk: Buffer): Generator<string, void, undefined> {
    let from = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#hold(chunk.subarray(from, end))
      from = end + 1
      if (this.#heldBytes > 0) yield this.#release()
    }
    this.#hold(chunk.subarray(from))
  }

  #hold(part: Buffer): void {
    if (part.length === 0) return
    this.#heldBytes += part.length
    if (this.#heldBytes > this.#maxBytes) {
      this.#held = []
      throw new TroupeError('E_TOO_LARGE', `a frame is larger than ${this.#maxBytes} bytes`)
    }
    this.#held.push(part)
  }

  #release(): string {
    const line = Buffer.concat(this.#held).toString('utf8')
    this.#held = []
    this.#heldBytes = 0
    return line
  }
}
