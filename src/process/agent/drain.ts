import { channel } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { Server, type Socket } from 'node:net'
import { type DrainEffect, type DrainEvent, type DrainPhase, drainTable } from './drain-machine.ts'
import type { SeenServers } from './servers.ts'
import { after } from './time.ts'
import { closeAfter } from './last-answer.ts'
import { LastStreams } from './last-streams.ts'
import type { AgentWord, DrainWord } from './words.ts'

/** What a drain needs from its surroundings. */
export interface DrainPorts {
  readonly servers: SeenServers
  readonly say: (word: AgentWord) => void
  /** Asks the primary for its bye; whoever has none answers itself. */
  readonly askForBye: () => void
  /** Tells the service, in case it has more to finish than its connections. */
  readonly tellService: (word: DrainWord) => void
  readonly leave: (signal: NodeJS.Signals | undefined) => void
}

/** Held here, see `servers.ts`. */
const requestStarted = channel('http.server.request.start')

/** How often open connections are counted. */
const countMs = 20
/** Answers that were just written reach their readers in this time, and last words the primary. */
const lingerMs = 50

/** Whatever an HTTP server has to offer; the method came with Node 18.2. */
interface MaybeHttp {
  closeIdleConnections?: () => void
}

/** Carries out what the {@link drainTable} says. */
export class Drain {
  readonly #ports: DrainPorts
  #phase: DrainPhase = 'serving'
  #word: DrainWord = { kind: 'drain', idleMs: 0, deadlineMs: 0 }
  #closed: readonly Server[] = []
  #served = 0
  readonly #lastStreams = new LastStreams(() => this.#served++)

  constructor(ports: DrainPorts) {
    this.#ports = ports
  }

  begin(word: DrainWord): void {
    if (this.#phase === 'serving') this.#word = word
    this.happens('drain')
  }

  happens(event: DrainEvent): void {
    const { phase, effects } = drainTable[this.#phase][event]
    this.#phase = phase
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: DrainEffect): void {
    const { say, askForBye, tellService, leave } = this.#ports
    const performed: { readonly [E in DrainEffect]: () => void } = {
      lastAnswers: () => this.#lastAnswers(),
      closeListeners: () => this.#closeListeners(),
      tellService: () => tellService(this.#word),
      sayDraining: () => say({ kind: 'draining' }),
      askForBye,
      watchTime: () => this.#watchTime(),
      closeIdle: () => this.#closeIdle(),
      sayDrained: () => say({ kind: 'drained', served: this.#served, forced: this.#open().length }),
      linger: () => after(lingerMs, () => this.happens('lingered'), { isHeld: true }),
      leave: () => leave(this.#word.signal),
    }
    performed[effect]()
  }

  #lastAnswers(): void {
    this.#lastStreams.expect(this.#ports.servers.sessions())
    requestStarted.subscribe((message) => {
      this.#served++
      // The shape is documented: https://nodejs.org/api/diagnostics_channel.html
      closeAfter((message as { readonly response: ServerResponse }).response)
    })
  }

  /** As a plain server closes: `http.Server` would cut off idle connections whose clients may just be asking. */
  #closeListeners(): void {
    this.#closed = this.#ports.servers.listening()
    for (const server of this.#closed) Server.prototype.close.call(server)
  }

  #watchTime(): void {
    const { idleMs, deadlineMs } = this.#word
    const idle = (): void => {
      this.happens('idle')
      after(countMs, idle)
    }
    const count = (): void => {
      // Some were handed over when the drain had begun.
      this.#lastStreams.expect(this.#ports.servers.sessions())
      if (this.#open().length === 0) this.happens('empty')
      after(countMs, count)
    }
    after(idleMs, idle)
    after(deadlineMs, () => this.happens('deadline'), { isHeld: true })
    after(0, count)
  }

  #closeIdle(): void {
    for (const server of this.#closed as readonly MaybeHttp[]) server.closeIdleConnections?.()
    for (const session of this.#ports.servers.sessions()) session.close()
    for (const socket of this.#open()) if (isSilent(socket)) socket.end()
  }

  #open(): readonly Socket[] {
    return this.#ports.servers.connections()
  }
}

/** A connection over which nobody ever said a word: browsers keep some in store. */
function isSilent(socket: Socket): boolean {
  return socket.bytesRead === 0 && socket.bytesWritten === 0
}
