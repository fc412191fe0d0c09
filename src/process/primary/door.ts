import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { JsonLines, lineOf } from '../agent/lines.ts'
import { type PrimaryLine, type PrimaryNews } from './words.ts'

/** What a door opens to. */
export interface DoorEvents {
  /** A manager came; what it must know first is the answer. */
  came(): PrimaryNews
  obey(line: PrimaryLine): void
  left(): void
}

/** The control socket of a primary. One manager at a time: the latest, for there is only one in a home. */
export class PrimaryDoor {
  readonly #events: DoorEvents
  readonly #server: Server
  #manager: Socket | undefined

  constructor(events: DoorEvents) {
    this.#events = events
    this.#server = createServer((socket) => this.#welcome(socket))
  }

  /** The path is relative to the working directory, and so never too long. */
  open(path: string): void {
    this.#server.listen(path, () => chmodSync(path, 0o600))
  }

  tell(news: PrimaryNews): void {
    this.#manager?.write(lineOf(news))
  }

  close(): void {
    this.#server.close()
    this.#manager?.end()
    // A manager that does not answer must not keep it here.
    this.#manager?.unref()
  }

  #welcome(socket: Socket): void {
    this.#manager?.destroy()
    this.#manager = socket
    const lines = new JsonLines<PrimaryLine>((line) => {
      if (socket === this.#manager) this.#events.obey(line)
    })
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: string) => lines.take(chunk))
    socket.on('close', () => {
      if (socket !== this.#manager) return
      this.#manager = undefined
      this.#events.left()
    })
    this.tell(this.#events.came())
  }
}
