import { closeSync, openSync, watch } from 'node:fs'
import { open } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import type { Cancel, Clock } from '../base/clock.ts'

const chunkBytes = 64 * 1024
/** Changes within this time are read together. */
const throttleMs = 25
/** A line longer than this is handed on in pieces. */
const longestLine = 64 * 1024

/** The end of a log: its last lines, and where the next one will begin. */
export interface LogEnd {
  readonly lines: readonly string[]
  readonly bytes: number
}

/** The last `count` lines of a file, oldest first; none when there is no such file. */
export async function lastLines(path: string, count: number): Promise<LogEnd> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return { lines: [], bytes: 0 }
  try {
    const { size } = await file.stat()
    let text = Buffer.alloc(0)
    for (let end = size; end > 0 && countLines(text) <= count; end -= chunkBytes) {
      const from = Math.max(0, end - chunkBytes)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - from), 0, end - from, from)
      text = Buffer.concat([buffer.subarray(0, bytesRead), text])
    }
    const lines = text.toString('utf8').split('\n')
    if (lines.at(-1) === '') lines.pop()
    return { lines: count === 0 ? [] : lines.slice(-count), bytes: size }
  } finally {
    await file.close()
  }
}

/**
 * Calls `hear` with every line that is appended to a file behind `from` bytes, also across
 * truncation. Costs nothing while nobody writes. A file that does not exist yet is made.
 */
export function followLines(
  path: string,
  from: number,
  clock: Clock,
  hear: (line: string) => void,
): Cancel {
  closeSync(openSync(path, 'a', 0o640))
  const follower = new Follower(path, from, hear)
  let pending: Cancel | undefined
  const wake = (): void => {
    pending ??= clock.after(throttleMs, () => {
      pending = undefined
      follower.read()
    })
  }
  const watcher = watch(path, wake)
  watcher.on('error', () => watcher.close())
  wake()
  return () => {
    watcher.close()
    pending?.()
    follower.stop()
  }
}

class Follower {
  readonly #path: string
  readonly #hear: (line: string) => void
  readonly #decoder = new StringDecoder('utf8')
  #at: number
  #rest = ''
  #isReading = false
  #isStale = false
  #isStopped = false

  constructor(path: string, from: number, hear: (line: string) => void) {
    this.#path = path
    this.#at = from
    this.#hear = hear
  }

  read(): void {
    this.#isStale = true
    // A reading that fails is tried again with the next change.
    if (!this.#isReading) void this.#catchUp().catch(() => {})
  }

  stop(): void {
    this.#isStopped = true
  }

  async #catchUp(): Promise<void> {
    this.#isReading = true
    try {
      while (this.#isStale && !this.#isStopped) {
        this.#isStale = false
        await this.#readOn()
      }
    } finally {
      this.#isReading = false
    }
  }

  async #readOn(): Promise<void> {
    const file = await open(this.#path, 'r')
    try {
      const { size } = await file.stat()
      let at = this.#at
      if (size < at) at = 0
      while (at < size && !this.#isStopped) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at)
        if (bytesRead === 0) break
        at += bytesRead
        this.#take(this.#decoder.write(buffer.subarray(0, bytesRead)))
      }
      this.#at = at
    } finally {
      await file.close()
    }
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > longestLine) {
      lines.push(this.#rest)
      this.#rest = ''
    }
    for (const line of lines) if (!this.#isStopped) this.#hear(line)
  }
}

function countLines(text: Buffer): number {
  let count = 0
  for (const byte of text) if (byte === 0x0a) count += 1
  return count
}
