import { LineStamper, type StreamName } from './line-stamper.ts'
import { now, type Stamp } from './stamp.ts'

/** What is used of a stream. */
interface Stream {
  write: (chunk: unknown, ...rest: readonly unknown[]) => boolean
}

interface Streams {
  readonly stdout: Stream
  readonly stderr: Stream
}

/** Stamps the streams of this process. */
export function stampProcess(stamp: Stamp): void {
  // The overloads of `write` hide what it takes.
  const { stdout, stderr } = process as unknown as Streams
  stampStreams(stamp, { stdout, stderr }, (fn) => process.once('exit', fn))
}

/**
 * Stamps what the service writes through `process.stdout` and `process.stderr`, `console` included. What goes to
 * the descriptors directly (Node's own last words, child processes, some loggers) is not seen.
 */
export function stampStreams(
  stamp: Stamp,
  streams: Streams,
  atExit: (fn: () => void) => unknown,
): void {
  const ends = [
    stampStream(streams.stdout, stamp, 'out'),
    stampStream(streams.stderr, stamp, 'err'),
  ]
  atExit(() => {
    for (const end of ends) end()
  })
}

/** Returns what lets nothing be held from then on. */
function stampStream(stream: Stream, stamp: Stamp, name: StreamName): () => void {
  const stamper = new LineStamper(stamp, name, now)
  const write = stream.write.bind(stream)
  let isEnding = false
  stream.write = (chunk, ...rest) => {
    const bytes = bytesOf(chunk, rest[0])
    // Whatever is none is for the stream to complain about.
    if (bytes === undefined) return write(chunk, ...rest)
    const stamped = stamper.take(bytes)
    const told = rest.find((one) => typeof one === 'function')
    const written = isEnding ? Buffer.concat([stamped, stamper.flush()]) : stamped
    return told === undefined ? write(written) : write(written, told)
  }
  return () => {
    isEnding = true
    const held = stamper.flush()
    if (held.length > 0) write(held)
  }
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
  if (typeof chunk !== 'string') return undefined
  const known = typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8'
  return Buffer.from(chunk, known)
}
