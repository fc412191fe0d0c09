import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

interface Pair {
  readonly client: Socket
  readonly target: Socket
}

/** A loopback TCP proxy: breaks the way to a server for those who go through it, and for nobody else. */
export class TcpProxy {
  readonly port: number
  /** Where it forwards to. */
  readonly targetPort: number
  readonly #targetHost: string
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #isFrozen = false

  private constructor(server: Server, targetPort: number, targetHost: string) {
    this.port = (server.address() as AddressInfo).port // A listening TCP server has no other kind.
    this.#server = server
    this.targetPort = targetPort
    this.#targetHost = targetHost
    server.on('connection', (client) => this.#join(client))
  }

  /** Resolves once connections to `port` reach the target; a port of 0 picks a free one. */
  static async open(targetPort: number, targetHost = '127.0.0.1', port = 0): Promise<TcpProxy> {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    return new TcpProxy(server, targetPort, targetHost)
  }

  /** From now on no byte passes either way; connections stay open, and new ones are accepted. */
  freeze(): void {
    this.#isFrozen = true
    for (const { client, target } of this.#pairs) {
      client.unpipe(target)
      target.unpipe(client)
    }
  }

  /** Breaks every connection with a reset and refuses new ones. */
  async cut(): Promise<void> {
    for (const { client, target } of this.#pairs) {
      client.resetAndDestroy()
      target.destroy()
    }
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Ends a freeze, with every byte that waited, and a cut, on the same port. */
  async resume(): Promise<void> {
    this.#isFrozen = false
    for (const pair of this.#pairs) forward(pair)
    if (this.#server.listening) return
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    await this.cut()
  }

  #join(client: Socket): void {
    const pair = { client, target: connect(this.targetPort, this.#targetHost) }
    this.#pairs.add(pair)
    for (const [near, far] of [
      [client, pair.target],
      [pair.target, client],
    ] as const) {
      // A reset of one side is what tests provoke; the other side learns of it by its own end.
      near.on('error', () => {})
      near.on('close', () => {
        this.#pairs.delete(pair)
        far.destroy()
      })
    }
    if (!this.#isFrozen) forward(pair)
  }
}

function forward({ client, target }: Pair): void {
  client.pipe(target)
  target.pipe(client)
}
