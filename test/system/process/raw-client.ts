import { connect, type Socket } from 'node:net'

/** How requests went, each in exactly one class. */
export interface Tally {
  ok: number
  /** The connection ended after the request was sent and before its answer was whole. */
  reset: number
  refused: number
  /** No answer within three seconds. */
  hung: number
  /** The pids that answered. */
  readonly by: Set<string>
}

export type Outcome = 'ok' | 'reset' | 'refused' | 'hung'

/** How a client uses its connections. */
export interface Load {
  readonly clients: number
  readonly keepAlive: boolean
  /** A pause of this length, ± half, between an answer and the next request. */
  readonly thinkMs: number
}

const patienceMs = 3_000

/** Clients that ask until they are stopped. A library would retry, or not say what went wrong. */
export class RawClients {
  readonly tally: Tally = { ok: 0, reset: 0, refused: 0, hung: 0, by: new Set() }
  readonly #port: number
  readonly #load: Load
  #isOn = true
  readonly #done: Promise<unknown>

  constructor(port: number, load: Load) {
    this.#port = port
    this.#load = load
    this.#done = Promise.all(Array.from({ length: load.clients }, () => this.#client()))
  }

  async stop(): Promise<Tally> {
    this.#isOn = false
    await this.#done
    return this.tally
  }

  async #client(): Promise<void> {
    let connection: Connection | undefined
    while (this.#isOn) {
      if (!connection?.isUsable) connection = new Connection(this.#port)
      const { outcome, body } = await connection.ask(this.#load.keepAlive)
      this.tally[outcome]++
      if (outcome === 'ok') this.tally.by.add(body)
      else connection.close()
      const { thinkMs } = this.#load
      await pause(outcome === 'ok' ? thinkMs * (0.5 + Math.random()) : 20)
    }
    connection?.close()
  }
}

class Connection {
  readonly #socket: Socket
  #text = ''
  #isClosed = false
  #isLast = false
  #error: NodeJS.ErrnoException | undefined
  #changed = (): void => {}

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.setEncoding('latin1').setNoDelay(true)
    this.#socket.on('data', (chunk: string) => {
      this.#text += chunk
      this.#changed()
    })
    this.#socket.on('error', (error) => (this.#error = error))
    this.#socket.on('end', () => (this.#isClosed = true))
    this.#socket.on('close', () => {
      this.#isClosed = true
      this.#changed()
    })
  }

  get isUsable(): boolean {
    return !this.#isClosed && !this.#isLast
  }

  async ask(keepAlive: boolean): Promise<{ outcome: Outcome; body: string }> {
    this.#text = ''
    this.#isLast = !keepAlive
    const end = keepAlive ? 'keep-alive' : 'close'
    this.#socket.write(`GET / HTTP/1.1\r\nhost: test\r\nconnection: ${end}\r\n\r\n`)
    const deadline = Date.now() + patienceMs
    for (;;) {
      const body = this.#answer()
      if (body !== undefined) return { outcome: 'ok', body }
      if (this.#socket.closed) return { outcome: this.#failure(), body: '' }
      if (Date.now() >= deadline) return { outcome: 'hung', body: '' }
      await this.#change(deadline - Date.now())
    }
  }

  close(): void {
    this.#socket.destroy()
  }

  #failure(): Outcome {
    return this.#error?.code === 'ECONNREFUSED' ? 'refused' : 'reset'
  }

  #answer(): string | undefined {
    const [head = '', body] = this.#text.split('\r\n\r\n')
    const length = /content-length: (\d+)/i.exec(head)?.[1]
    if (body === undefined || length === undefined || body.length < Number(length)) return undefined
    if (/connection: close/i.test(head)) this.#isLast = true
    return body
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#changed = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)))
}
