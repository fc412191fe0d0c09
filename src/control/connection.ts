import { setMaxListeners } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Cancel, Clock } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import { limits } from '../protocol/limits.ts'
import { checkPublish, checkSubscribe, isCommandChannel, isEventChannel } from './channel-rules.ts'
import { type Ask, encodeFrame, type Fault, type Greeting, readAsk, type Said } from './frame.ts'
import type { Hub } from './hub.ts'
import { Lines } from './lines.ts'

/** A command that came through the local door. */
export interface DoorCommand {
  readonly channel: string
  /** As it was sent: nothing but its size has been checked. */
  readonly raw: string
  /** Aborts when nothing can be sent any more on the connection that it came through. */
  readonly gone: AbortSignal
}

/** What stands behind every connection of one door. */
export interface Served {
  readonly hub: Hub
  readonly greeting: Greeting
  readonly clock: Clock
  /** How much may wait for a reader before it is cut off. */
  readonly maxWaitingBytes: number
  onCommand(command: DoorCommand): void
}

/** How long a connection that was told to go may take to read its last frames. */
const partingMs = 2_000

/**
 * One client of the door. Asks are answered one after the other, so that what a client
 * sends too fast waits in its own socket.
 */
export class Connection {
  readonly #stream: Duplex
  readonly #served: Served
  readonly #subscriptions = new Map<string, Cancel>()
  readonly #gone = new AbortController()
  #isParting = false
  #lastEvent: string | undefined

  constructor(stream: Duplex, served: Served) {
    this.#stream = stream
    this.#served = served
    // Every running command of this connection may listen.
    setMaxListeners(0, this.#gone.signal)
  }

  /** Resolves when the connection has closed; never rejects. */
  async serve(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#stream.once('close', () => resolve(this.#forget()))
    })
    // A client that vanishes is no error of ours; 'close' follows.
    this.#stream.on('error', () => {})
    this.#send({ hello: this.#served.greeting })
    try {
      await this.#read()
    } catch (thrown) {
      this.#part({ error: faultOf(thrown) })
    }
    this.#part()
    // Whatever still arrives is thrown away; unread, it would hide that the client has hung up too.
    this.#stream.resume()
    await closed
  }

  /** Lets what was already sent arrive, then hangs up. */
  close(): void {
    this.#part()
  }

  async #read(): Promise<void> {
    const lines = new Lines(limits.localFrameBytes)
    for await (const chunk of this.#stream.iterator({ destroyOnReturn: false })) {
      if (this.#isParting) continue
      for (const line of lines.take(chunk)) await this.#answer(readAsk(line))
    }
  }

  async #answer(ask: Ask): Promise<void> {
    try {
      const heard = await this.#perform(ask)
      this.#send({ n: ask.n, ...(heard === undefined ? {} : { heard }) })
    } catch (thrown) {
      this.#send({ n: ask.n, error: faultOf(thrown) })
    }
  }

  async #perform(ask: Ask): Promise<number | undefined> {
    switch (ask.do) {
      case 'publish':
        return this.#publish(ask.channel, ask.payload)
      case 'subscribe':
        return this.#subscribe(ask.channel)
      case 'unsubscribe':
        this.#subscriptions.get(ask.channel)?.()
        this.#subscriptions.delete(ask.channel)
        return undefined
    }
  }

  async #publish(channel: string, payload: string): Promise<number> {
    checkPublish(channel, payload)
    if (!isCommandChannel(channel)) return this.#served.hub.publish(channel, payload)
    this.#served.onCommand({ channel, raw: payload, gone: this.#gone.signal })
    return 1
  }

  async #subscribe(channel: string): Promise<undefined> {
    checkSubscribe(channel)
    if (this.#subscriptions.has(channel)) return
    const cancel = await this.#served.hub.subscribe(channel, (payload) => {
      this.#send({ channel, payload })
      if (isEventChannel(channel)) this.#lastEvent = positionOf(payload) ?? this.#lastEvent
    })
    if (this.#gone.signal.aborted) cancel()
    else this.#subscriptions.set(channel, cancel)
  }

  #send(frame: Said): void {
    if (this.#isParting || this.#stream.destroyed) return
    const waiting = this.#stream.writableLength
    if (waiting > this.#served.maxWaitingBytes) this.#cutOff(waiting)
    else this.#stream.write(encodeFrame(frame))
  }

  #cutOff(waiting: number): void {
    const message = `read too slowly: ${waiting} bytes were waiting`
    const resumeAfter = this.#lastEvent
    this.#part({
      error: { code: 'E_CLOSED', message },
      ...(resumeAfter === undefined ? {} : { resumeAfter }),
    })
  }

  #part(last?: Said): void {
    if (this.#isParting || this.#stream.destroyed) return
    this.#isParting = true
    this.#forget()
    this.#stream.end(last === undefined ? '' : encodeFrame(last))
    const cancel = this.#served.clock.after(partingMs, () => this.#stream.destroy())
    this.#stream.once('close', cancel)
  }

  #forget(): void {
    for (const cancel of this.#subscriptions.values()) cancel()
    this.#subscriptions.clear()
    this.#gone.abort()
  }
}

function faultOf(thrown: unknown): Fault {
  if (!(thrown instanceof TroupeError)) return { code: 'E_FAILED', message: messageOf(thrown) }
  const { code, message, hint } = thrown
  return { code, message: hint === undefined ? message : `${message}; ${hint}` }
}

/** Reads the position that the log puts first (`withLogPosition`), without parsing the event. */
function positionOf(payload: string): string | undefined {
  return /^\{"logid":"([^"]+)"/.exec(payload)?.[1]
}
