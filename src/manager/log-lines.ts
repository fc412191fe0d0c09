/** A line longer than this is handed on in pieces: a service that never ends one would fill the memory. */
export const longestLine: number = 64 * 1024

/** Stands where a line was cut: at the end of one piece and at the beginning of the next. */
export const cut = '…'

const newline = 0x0a

/** A line, or a piece of a long one. */
export interface CutLine {
  readonly text: string
  /** Where the next one begins, in bytes of its file. */
  readonly end: number
  /** Whether a line break stands before `end`. */
  readonly isWhole: boolean
}

/** Cuts what is read of a file into lines, and remembers where in the file each ends. */
export class LogLines {
  #rest: Buffer = Buffer.alloc(0)
  #at: number
  #isContinued: boolean

  constructor(at: number, isContinued = false) {
    this.#at = at
    this.#isContinued = isContinued
  }

  /** What has come of a line that goes on. */
  get rest(): string {
    return this.#rest.length === 0 ? '' : this.#lead + this.#rest.toString('utf8')
  }

  get #lead(): string {
    return this.#isContinued ? cut : ''
  }

  /** The lines that `chunk` completes. */
  take(chunk: Buffer): readonly CutLine[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const lines: CutLine[] = []
    for (;;) {
      const end = this.#rest.indexOf(newline)
      if (end !== -1 && end <= longestLine) lines.push(this.#line(end))
      else if (this.#rest.length > longestLine) lines.push(this.#piece(wholeCharacters(this.#rest)))
      else return lines
    }
  }

  /** What stands there without a line break, as a piece; its continuation will say that it is one. */
  flush(): readonly CutLine[] {
    return this.#rest.length === 0 ? [] : [this.#piece(this.#rest.length)]
  }

  /** The file begins anew; what was read of a line goes on there. */
  restart(): void {
    this.#at = -this.#rest.length
  }

  #line(length: number): CutLine {
    return { text: this.#release(length, length + 1), end: this.#at, isWhole: true }
  }

  #piece(length: number): CutLine {
    const text = this.#release(length, length)
    this.#isContinued = true
    return { text: text + cut, end: this.#at, isWhole: false }
  }

  #release(length: number, bytes: number): string {
    const text = this.#lead + this.#rest.toString('utf8', 0, length)
    this.#rest = this.#rest.subarray(bytes)
    this.#at += bytes
    this.#isContinued = false
    return text
  }
}

/** The longest piece that does not end within a character. */
function wholeCharacters(text: Buffer): number {
  let length = longestLine
  const isContinuation = (at: number): boolean => ((text[at] ?? 0) & 0xc0) === 0x80
  while (length > longestLine - 4 && isContinuation(length)) length -= 1
  return length
}
