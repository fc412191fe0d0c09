import { connect, type Socket } from 'node:net'
import { JsonLines, lineOf } from './lines.ts'
import { WordQueue } from './word-queue.ts'
import { pauseBefore } from './reconnect.ts'
import { withShortPath } from './socket-path.ts'
import { after, type Cancel } from './time.ts'
import type { AgentLine, AgentWord, AnswerLine, ManagerWord } from './words.ts'

interface Options {
  readonly socket: string
  readonly cookie: string
  tell(word: ManagerWord): void
}

/** More than this waits in the queue and not in the socket. */
const mostUnsentBytes = 256 * 1024

/** A service that ends at once stays this long to say what it has said before anybody listened. */
const holdMs = 1_000

/**
 * The agent's connection to whichever manager lives: it comes back for ever, and what is said meanwhile waits.
 *
 * Nothing is written before the manager has said what was heard so far: it may be another than last time.
 */
export class ManagerLink {
  readonly #options: Options
  readonly #words = new WordQueue()
  #socket: Socket | undefined
  #isWelcome = false
  #sentUpTo = 0
  #attempt = 0
  #cancelRetry: Cancel = () => {}
  #isClosed = false
  #isWanted = false
  #isHolding = false
  #unwritten = 0

  constructor(options: Options) {
    this.#options = options
  }

  open(): void {
    if (this.#isClosed) return
    this.#isWelcome = false
    const { socket: path, cookie } = this.#options
    const socket = withShortPath(path, (short) => connect(short))
    this.#socket = socket
    const lines = new JsonLines<AnswerLine>((line) => this.#answered(line))
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('connect', () =>
      socket.write(lineOf({ kind: 'hello', cookie, pid: process.pid } satisfies AgentLine)),
    )
    socket.on('data', (chunk: string) => lines.take(chunk))
    socket.on('drain', () => this.#send())
    socket.on('close', () => this.#retry())
    this.#settleHold()
  }

  /** @throws TypeError when the word cannot be written as JSON */
  say(word: AgentWord): void {
    this.#words.add(word)
    if (this.#isWelcome) this.#send()
    else if (this.#attempt === 0) this.#hold()
  }

  /** While it is wanted, the connection keeps the process alive, as Node's own channel would. */
  want(isWanted: boolean): void {
    this.#isWanted = isWanted
    this.#settleHold()
  }

  /** Ends for good, after what was said is written. */
  close(): void {
    this.#isClosed = true
    this.#cancelRetry()
    this.#socket?.end()
  }

  #answered(line: AnswerLine): void {
    if (line.kind === 'tell') return this.#options.tell(line.word)
    if (line.kind === 'heard') return this.#words.heard(line.upTo)
    this.#attempt = 0
    this.#words.heard(line.heard)
    this.#sentUpTo = line.heard
    this.#isWelcome = true
    this.#send()
    this.#letGo()
  }

  /** All in one: the first write is done when it returns, those behind it only where the process lives on. */
  #send(): void {
    let lines = ''
    const unsent = this.#socket?.writableLength ?? 0
    for (const entry of this.#words.behind(this.#sentUpTo)) {
      if (unsent + lines.length > mostUnsentBytes) break
      lines += lineOf({ kind: 'say', ...entry } satisfies AgentLine)
      this.#sentUpTo = entry.seq
    }
    if (lines !== '') this.#write(lines)
  }

  /** Nothing that listens to nobody may end before it has written what it said. */
  #write(lines: string): void {
    this.#unwritten++
    this.#hold()
    this.#socket?.write(lines, () => {
      this.#unwritten--
      if (this.#isWelcome) this.#letGo()
    })
  }

  #retry(): void {
    this.#isWelcome = false
    this.#socket = undefined
    if (this.#isClosed) return
    this.#attempt++
    this.#await()
  }

  #await(): void {
    this.#cancelRetry()
    const again = (): void => {
      try {
        this.open()
      } catch {
        this.#retry()
      }
    }
    this.#cancelRetry = after(pauseBefore(this.#attempt), again, { isHeld: this.#isWanted })
  }

  #hold(): void {
    if (this.#isHolding) return
    this.#isHolding = true
    this.#settleHold()
    after(holdMs, () => {
      this.#isHolding = false
      this.#settleHold()
    })
  }

  #letGo(): void {
    if (this.#unwritten === 0) this.#isHolding = false
    this.#settleHold()
  }

  #settleHold(): void {
    if (this.#isWanted || this.#isHolding) this.#socket?.ref()
    else this.#socket?.unref()
    if (this.#socket === undefined && this.#attempt > 0 && !this.#isClosed) this.#await()
  }
}
