import { type Stamp, timeText } from './stamp.ts'

/** What a stream of a service is called in PM2's objects. */
export type StreamName = 'out' | 'err'

const newline = 0x0a
/** A line of JSON has to be complete before it is written; one that never ends is written in pieces. */
const longestHeld = 64 * 1024

/**
 * Puts one stamp on each line, however the lines arrive. A stamp before the line goes out with the first of its
 * bytes, so what a service has written of a line is never held back; an object has to wait for the end of its line.
 */
export class LineStamper {
  readonly #stamp: Stamp
  readonly #stream: StreamName
  readonly #now: () => Date
  #held: readonly Buffer[] = []
  #isInLine = false

  constructor(stamp: Stamp, stream: StreamName, now: () => Date) {
    this.#stamp = stamp
    this.#stream = stream
    this.#now = now
  }

  /** What is to be written now. */
  take(chunk: Buffer): Buffer {
    return Buffer.concat(piecesOf(chunk).flatMap((piece) => this.#written(piece)))
  }

  /** What was held of a line that will not be continued. */
  flush(): Buffer {
    const held = Buffer.concat(this.#held)
    this.#held = []
    return held.length === 0 ? held : this.#object(held)
  }

  #written(piece: Buffer): readonly Buffer[] {
    return this.#stamp.kind === 'text' ? this.#begun(piece) : this.#completed(piece)
  }

  #begun(piece: Buffer): readonly Buffer[] {
    const isBegun = this.#isInLine
    this.#isInLine = !isEnded(piece)
    if (isBegun || this.#stamp.kind !== 'text') return [piece]
    return [Buffer.from(`${timeText(this.#now(), this.#stamp.format)}: `), piece]
  }

  #completed(piece: Buffer): readonly Buffer[] {
    // A service may use its buffer again as soon as it was written.
    this.#held = [...this.#held, Buffer.from(piece)]
    const size = this.#held.reduce((sum, { length }) => sum + length, 0)
    return isEnded(piece) || size >= longestHeld ? [this.flush()] : []
  }

  #object(line: Buffer): Buffer {
    const { format, app, id } = this.#stamp as Extract<Stamp, { kind: 'json' }>
    const at = this.#now()
    const written = {
      message: line.toString('utf8').replace(/\n$/, ''),
      timestamp: format === undefined ? at.toISOString() : timeText(at, format),
      type: this.#stream,
      process_id: id,
      app_name: app,
    }
    return Buffer.from(`${JSON.stringify(written)}\n`)
  }
}

function isEnded(piece: Buffer): boolean {
  return piece[piece.length - 1] === newline
}

/** Lines with their ends, and the beginning of one that is not complete. */
function piecesOf(chunk: Buffer): readonly Buffer[] {
  const pieces: Buffer[] = []
  for (let from = 0; from < chunk.length;) {
    const at = chunk.indexOf(newline, from)
    const end = at === -1 ? chunk.length : at + 1
    pieces.push(chunk.subarray(from, end))
    from = end
  }
  return pieces
}
