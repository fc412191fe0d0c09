import { type FileHandle, open } from 'node:fs/promises'
import { copyBehind, idOf, siblingWith } from './log-siblings.ts'
import { type CutLine, longestLine, LogLines } from './log-lines.ts'

const chunkBytes = 64 * 1024
/** How much of what was read last is compared before reading on: a file that was emptied and has grown again looks the same but for this. */
const witnessBytes = 64
/** More than this is not read for the last lines of one file. */
const mostTailBytes = 64 * 1024 * 1024

/** The position behind a line: what a reader who comes back goes on from. */
export interface LogMark {
  /** Which file, whatever its name is now. */
  readonly file: string
  readonly end: number
  readonly isWhole: boolean
}

/** A line of a file. */
export interface FileLine {
  readonly text: string
  readonly mark: LogMark
}

type Hear = (line: FileLine) => void

/** One open log. It stays the same file when its name is taken from it. */
export class LogFile {
  readonly path: string
  /** Device and inode. */
  readonly id: string
  readonly #handle: FileHandle
  #at = 0
  #witness: Buffer = Buffer.alloc(0)
  #lines = new LogLines(0)

  private constructor(path: string, handle: FileHandle, id: string) {
    this.path = path
    this.#handle = handle
    this.id = id
  }

  /** Undefined when there is no such file. */
  static async open(path: string): Promise<LogFile | undefined> {
    const handle = await open(path, 'r').catch(() => undefined)
    if (handle === undefined) return undefined
    const { dev, ino } = await handle.stat({ bigint: true })
    return new LogFile(path, handle, idOf(dev, ino))
  }

  /** The file that a mark was set in, under its name or one that it got since, to be read on behind it. */
  static async at(path: string, mark: LogMark): Promise<LogFile | undefined> {
    const named = await LogFile.open(path)
    if (named?.id === mark.file) return named.#goOn(mark)
    await named?.close()
    const other = await siblingWith(path, mark.file)
    const moved = other === undefined ? undefined : await LogFile.open(other)
    return moved === undefined ? undefined : moved.#goOn(mark)
  }

  /** What has been read of a line that goes on. */
  get rest(): string {
    return this.#lines.rest
  }

  /** The last `count` lines; reading goes on behind them, at the end of the last whole one. */
  async tail(count: number): Promise<readonly FileLine[]> {
    const { size } = await this.#handle.stat()
    const { from, text } = await this.#end(size, count)
    const lines = new LogLines(from)
    const found = lines.take(text)
    this.#lines = lines
    this.#at = from + text.length
    this.#witness = text.subarray(-witnessBytes)
    return count === 0 ? [] : found.slice(-count).map((line) => this.#placed(line))
  }

  /** Hands on every line that was added; also what somebody moved away before it was read here. */
  async readOn(hear: Hear): Promise<void> {
    for (;;) {
      const { size, nlink } = await this.#handle.stat()
      if (nlink > 0 && size < this.#at) await this.#beginAnew(hear)
      const chunk = await this.#next()
      if (chunk === undefined) await this.#beginAnew(hear)
      else if (chunk.length === 0) return
      else this.#take(chunk, hear)
    }
  }

  /** Hands on what stands there without a line break. */
  flush(hear: Hear): void {
    for (const line of this.#lines.flush()) hear(this.#placed(line))
  }

  async isUnlinked(): Promise<boolean> {
    return (await this.#handle.stat()).nlink === 0
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  #goOn({ end, isWhole }: LogMark): LogFile {
    this.#at = end
    this.#witness = Buffer.from(isWhole ? '\n' : '')
    this.#lines = new LogLines(end, !isWhole)
    return this
  }

  #take(chunk: Buffer, hear: Hear): void {
    this.#at += chunk.length
    this.#witness = Buffer.concat([this.#witness, chunk]).subarray(-witnessBytes)
    for (const line of this.#lines.take(chunk)) hear(this.#placed(line))
  }

  #placed({ text, end, isWhole }: CutLine): FileLine {
    return { text, mark: { file: this.id, end, isWhole } }
  }

  /** What comes next; undefined when what stands before it is not what was read. */
  async #next(): Promise<Buffer | undefined> {
    const known = this.#witness.length
    const length = known + chunkBytes
    const { buffer, bytesRead } = await this.#handle.read(
      Buffer.alloc(length),
      0,
      length,
      this.#at - known,
    )
    if (!buffer.subarray(0, Math.min(known, bytesRead)).equals(this.#witness)) return undefined
    return buffer.subarray(known, bytesRead)
  }

  /** The file was emptied. Where a copy was made before that, the rest of what was there is read from it. */
  async #beginAnew(hear: Hear): Promise<void> {
    const copy = await copyBehind(this.path, { bytes: this.#at, last: this.#witness })
    if (copy === undefined) {
      this.flush(hear)
      this.#lines = new LogLines(0)
    } else {
      for await (const chunk of copy) this.#take(chunk, hear)
      this.#lines.restart()
    }
    this.#at = 0
    this.#witness = Buffer.alloc(0)
  }

  async #end(size: number, count: number): Promise<{ from: number; text: Buffer }> {
    const most = Math.min(mostTailBytes, (count + 1) * longestLine)
    const chunks: Buffer[] = []
    let from = size
    for (let breaks = 0; from > 0 && breaks <= count && size - from < most;) {
      const begin = Math.max(0, from - chunkBytes)
      const { buffer, bytesRead } = await this.#handle.read(
        Buffer.alloc(from - begin),
        0,
        from - begin,
        begin,
      )
      const chunk = buffer.subarray(0, bytesRead)
      chunks.unshift(chunk)
      breaks += countBreaks(chunk)
      from = begin
    }
    return { from, text: Buffer.concat(chunks) }
  }
}

function countBreaks(text: Buffer): number {
  let count = 0
  for (const byte of text) if (byte === 0x0a) count += 1
  return count
}
