import type { Duplex } from 'node:stream'
import type { Cancel, Clock } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import { type Ask, encodeFrame, type Greeting, type Parting, readSaid, type Said } from './frame.ts'
import type { Hear } from './hub.ts'
import { Lines } from './lines.ts'

/** How a connection ended: we closed it, the door hung up and said why, or it broke. */
export type Ended =
  | { readonly kind: 'closed' }
  | { readonly kind: 'cut'; readonly why: string; readonly resumeAfter?: string }
  | { readonly kind: 'lost'; readonly why: string }

interface Pending {
  readonly answer: (heard: number) => void
  readonly fail: (error: TroupeError) => void
}

interface Listening {
  readonly listeners: Set<{ readonly hear: Hear }>
  readonly isHeard: Promise<unknown>
}

/** An answer holds every service of a host at most; the limit only keeps a broken peer from filling the memory. */
const longestFrame = 64 * 1024 * 1024

/** How long a door may take to hang up after its client did: a frozen one never would. */
const partingMs = 1_000

/** The client's half of the frames: numbers its asks, and hands messages to their listeners. */
export class DoorClient {
  readonly greeting: Promise<Greeting>
  readonly closed: Promise<Ended>
  readonly #stream: Duplex
  readonly #clock: Clock
  readonly #pending = new Map<number, Pending>()
  readonly #channels = new Map<string, Listening>()
  #asks = 0
  #ended: Ended | undefined
  #greet: (greeting: Greeting) => void = () => {}

  constructor(stream: Duplex, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
    const lines = new Lines(longestFrame)
    stream.on('data', (chunk: Buffer) => this.#take(lines, chunk))
    stream.once('end', () => stream.end())
    stream.on('error', (error) => (this.#ended ??= { kind: 'lost', why: error.message }))
    this.closed = new Promise((resolve) => {
      stream.once('close', () => resolve(this.#settle()))
    })
    this.greeting = new Promise((resolve, reject) => {
      this.#greet = resolve
      void this.closed.then((ended) => reject(unreachable(ended)))
    })
  }

  async publish(channel: string, payload: string): Promise<number> {
    return this.#ask((n) => ({ do: 'publish', n, channel, payload }))
  }

  async subscribe(channel: string, hear: Hear): Promise<Cancel> {
    const listening = this.#channels.get(channel) ?? this.#listen(channel)
    const listener = { hear }
    listening.listeners.add(listener)
    await listening.isHeard
    return () => this.#unlisten(channel, listening, listener)
  }

  async close(): Promise<void> {
    this.#ended ??= { kind: 'closed' }
    this.#stream.end()
    // The door answers with its own end; its last frames are read until then.
    this.#stream.resume()
    const cancel = this.#clock.after(partingMs, () => this.#stream.destroy())
    await this.closed
    cancel()
  }

  #listen(channel: string): Listening {
    const isHeard = this.#ask((n) => ({ do: 'subscribe', n, channel }))
    const listening = { listeners: new Set<{ readonly hear: Hear }>(), isHeard }
    this.#channels.set(channel, listening)
    isHeard.catch(() => this.#channels.delete(channel))
    return listening
  }

  #unlisten(channel: string, listening: Listening, listener: { readonly hear: Hear }): void {
    const wasThere = listening.listeners.delete(listener)
    if (!wasThere || listening.listeners.size > 0) return
    this.#channels.delete(channel)
    // Nobody waits for it: a connection that breaks has unsubscribed as well.
    this.#ask((n) => ({ do: 'unsubscribe', n, channel })).catch(() => {})
  }

  #ask(frame: (n: number) => Ask): Promise<number> {
    return new Promise((answer, fail) => {
      if (this.#ended !== undefined) return fail(unreachable(this.#ended))
      const n = (this.#asks += 1)
      this.#pending.set(n, { answer, fail })
      this.#stream.write(encodeFrame(frame(n)))
    })
  }

  #take(lines: Lines, chunk: Buffer): void {
    try {
      for (const line of lines.take(chunk)) this.#hear(readSaid(line))
    } catch (thrown) {
      this.#ended ??= { kind: 'lost', why: messageOf(thrown) }
      this.#stream.destroy()
    }
  }

  #hear(said: Said): void {
    if ('payload' in said) this.#deliver(said.channel, said.payload)
    else if ('n' in said) this.#answered(said)
    else if ('hello' in said) this.#greet(said.hello)
    else this.#ended ??= parted(said)
  }

  #deliver(channel: string, payload: string): void {
    for (const { hear } of this.#channels.get(channel)?.listeners ?? []) {
      try {
        hear(payload, channel)
      } catch (thrown) {
        process.emitWarning(`a listener of ${channel} failed: ${messageOf(thrown)}`)
      }
    }
  }

  #answered(answer: Extract<Said, { readonly n: number }>): void {
    const pending = this.#pending.get(answer.n)
    this.#pending.delete(answer.n)
    if ('error' in answer) pending?.fail(new TroupeError(answer.error.code, answer.error.message))
    else pending?.answer(answer.heard ?? 0)
  }

  #settle(): Ended {
    this.#ended ??= { kind: 'lost', why: 'the manager hung up' }
    for (const { fail } of this.#pending.values()) fail(unreachable(this.#ended))
    this.#pending.clear()
    this.#channels.clear()
    return this.#ended
  }
}

/** What whoever still waits on an ended connection is told. */
export function unreachable(ended: Ended): TroupeError {
  if (ended.kind === 'closed') return new TroupeError('E_CLOSED', 'the connection was closed')
  return new TroupeError('E_MANAGER_UNREACHABLE', `the manager is gone: ${ended.why}`, {
    hint: 'look whether it still runs with: troupe ping',
  })
}

function parted({ error, resumeAfter }: Parting): Ended {
  const why = error.message
  return { kind: 'cut', why, ...(resumeAfter === undefined ? {} : { resumeAfter }) }
}
