import { chmodSync, chownSync, renameSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { shortId } from '../base/ids.ts'
import { JsonLines, lineOf } from './agent/lines.ts'
import { withShortPath } from './agent/socket-path.ts'
import type { AgentLine, AnswerLine } from './agent/words.ts'
import type { Switchboard, Voice } from './switchboard.ts'

/** The socket at which the agents of a home find their manager, whichever that is. */
export class AgentDoor {
  readonly #path: string
  readonly #switchboard: Switchboard
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #inode: number | undefined

  constructor(path: string, switchboard: Switchboard) {
    this.#path = path
    this.#switchboard = switchboard
    this.#server = createServer((socket) => this.#serve(socket))
  }

  /**
   * Takes the place of whatever a former manager left, in one step: an agent finds the old socket or the new one.
   *
   * @param uid whose it is, where not ours
   * @throws an error of the file system
   */
  async open(uid?: number): Promise<void> {
    const fresh = `${this.#path}.${shortId()}`
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      withShortPath(fresh, (short) => this.#server.listen(short, resolve))
    })
    chmodSync(fresh, 0o600)
    if (uid !== undefined) chownSync(fresh, uid, 0)
    this.#inode = statSync(fresh).ino
    renameSync(fresh, this.#path)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
    // A later manager may have its own there by now.
    if (statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode) rmSync(this.#path)
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    const agent = new AgentConnection(socket, this.#switchboard)
    const lines = new JsonLines<AgentLine>((line) => agent.hear(line))
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: string) => {
      lines.take(chunk)
      agent.confirm()
    })
    socket.on('close', () => {
      this.#sockets.delete(socket)
      agent.end()
    })
  }
}

/** One agent, from its hello on. */
class AgentConnection implements Voice {
  readonly #socket: Socket
  readonly #switchboard: Switchboard
  #cookie: string | undefined
  #heard: number | undefined
  #confirmed = 0

  constructor(socket: Socket, switchboard: Switchboard) {
    this.#socket = socket
    this.#switchboard = switchboard
  }

  hear(line: AgentLine): void {
    if (line.kind === 'hello') {
      this.#cookie = line.cookie
      this.#switchboard.arrived(line.cookie, this)
    } else if (this.#cookie !== undefined) {
      this.#heard = this.#switchboard.said(this.#cookie, line) ?? this.#heard
    }
  }

  /** Once for all that came together. */
  confirm(): void {
    if (this.#heard === undefined || this.#heard === this.#confirmed) return
    this.#confirmed = this.#heard
    this.#write({ kind: 'heard', upTo: this.#heard })
  }

  welcome(heard: number): void {
    this.#write({ kind: 'welcome', heard })
  }

  tell(word: Extract<AnswerLine, { kind: 'tell' }>['word']): boolean {
    return this.#write({ kind: 'tell', word })
  }

  end(): void {
    if (this.#cookie !== undefined) this.#switchboard.left(this.#cookie, this)
  }

  #write(line: AnswerLine): boolean {
    if (!this.#socket.writable) return false
    this.#socket.write(lineOf(line))
    return true
  }
}
