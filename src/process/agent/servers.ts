import { channel } from 'node:diagnostics_channel'
import { Server, type Socket } from 'node:net'
import type { Session } from './last-streams.ts'

/** A server that listens, as far as the agent can see it. */
export interface SeenServers {
  /** Everything that listens now. */
  listening(): readonly Server[]
  /** Connections of these servers that are open now. */
  connections(): readonly Socket[]
  /** HTTP/2 sessions of these servers that are open now. */
  sessions(): readonly Session[]
}

/** Where a server listens. */
export interface Port {
  readonly address?: string
  readonly port: number
}

/** Kept here because Node forgets a channel that nobody holds, and its subscribers with it. */
const accepted = channel('net.server.socket')

/** Every version of Node so far calls this, through the server itself, for every kind of listening. */
interface Hookable {
  _listen2?: (...of: unknown[]) => unknown
}

/**
 * Watches what the process listens on, without a listener that the service could see.
 *
 * `listened` is told of each TCP port, after its server has it.
 */
export function watchServers(listened: (port: Port) => void): SeenServers {
  const servers = new LiveSet<Server>((server) => server.listening)
  const sockets = new LiveSet<Socket>((socket) => !socket.destroyed)
  const sessions = new LiveSet<Session>((session) => !session.destroyed)
  let isCounting = false
  const seen = (server: Server): void => {
    if (!server.listening) return
    if (!servers.has(server) && speaksHttp2(server)) {
      server.on('session', (session: Session) => sessions.add(session))
    }
    servers.add(server)
    if (!isCounting) accepted.subscribe((message) => sockets.add(socketIn(message)))
    isCounting = true
    const at = server.address()
    if (typeof at === 'object' && at !== null) listened(portOf(at))
  }
  const prototype: Hookable = Server.prototype as Hookable
  const original = prototype._listen2
  if (original) {
    prototype._listen2 = function listenSeen(this: Server, ...of: unknown[]): unknown {
      const result = original.apply(this, of)
      quietly(() => seen(this))
      return result
    }
  }
  return {
    listening: () => servers.present(),
    connections: () => sockets.present(),
    sessions: () => sessions.present(),
  }
}

/** What no other server of Node has. */
function speaksHttp2(server: Server & { readonly updateSettings?: unknown }): boolean {
  return typeof server.updateSettings === 'function'
}

function portOf({ address, port }: { readonly address: string; readonly port: number }): Port {
  return address === '::' || address === '0.0.0.0' ? { port } : { address, port }
}

function socketIn(message: unknown): Socket {
  // The shape is documented: https://nodejs.org/api/diagnostics_channel.html
  return (message as { readonly socket: Socket }).socket
}

/** Whoever left is dropped when the number has doubled: no listener is needed for that, and no timer. */
class LiveSet<T> {
  readonly #isPresent: (one: T) => boolean
  readonly #known = new Set<T>()
  #countAt = 64

  constructor(isPresent: (one: T) => boolean) {
    this.#isPresent = isPresent
  }

  add(one: T): void {
    this.#known.add(one)
    if (this.#known.size > this.#countAt) this.#countAt = Math.max(64, 2 * this.present().length)
  }

  has(one: T): boolean {
    return this.#known.has(one)
  }

  present(): readonly T[] {
    for (const one of this.#known) if (!this.#isPresent(one)) this.#known.delete(one)
    return [...this.#known]
  }
}

function quietly(act: () => void): void {
  try {
    act()
  } catch {}
}
