import { connect, type Socket } from 'node:net'
import { messageOf, TroupeError } from '../base/errors.ts'
import { JsonLines, lineOf } from './agent/lines.ts'
import { withShortPath } from './agent/socket-path.ts'
import {
  type PrimaryLine,
  type PrimaryNews,
  primaryProtocol,
  type Refusal,
  type WorkerOrder,
} from './primary/words.ts'
import type { Switchboard, Voice } from './switchboard.ts'

type Answer = Extract<PrimaryNews, { kind: 'forked' | 'refused' | 'leaving' }>['kind']

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: TroupeError) => void
}

/** The connection of a manager to the primary of one service. While it stands, the primary decides nothing itself. */
export class PrimaryLink {
  readonly #socket: Socket
  readonly #switchboard: Switchboard
  readonly #waiting = new Map<string, Waiting>()
  readonly #voices = new Map<string, Voice>()
  readonly #heard = new Map<string, number>()
  #isLeaving = false

  private constructor(socket: Socket, switchboard: Switchboard) {
    this.#socket = socket
    this.#switchboard = switchboard
  }

  /** Resolves once the primary has said that it obeys; rejects with the error of the socket, or once `signal` says so, and hangs up then. */
  static open(path: string, switchboard: Switchboard, signal: AbortSignal): Promise<PrimaryLink> {
    return new Promise((resolve, reject) => {
      const socket = withShortPath(path, (short) => connect(short))
      const link = new PrimaryLink(socket, switchboard)
      const refuse = (why: unknown): void => {
        reject(why)
        // While it stands, the primary takes itself for managed.
        socket.destroy()
      }
      signal.addEventListener('abort', () => refuse(signal.reason), { once: true })
      const lines = new JsonLines<PrimaryNews>((news) => {
        if (news.kind !== 'welcome') return link.#hear(news)
        if (news.protocol !== primaryProtocol) return refuse(fromAnotherVersion())
        for (const cookie of news.cookies) link.#know(cookie)
        resolve(link)
      })
      socket.setEncoding('utf8')
      socket.on('data', (chunk: string) => {
        lines.take(chunk)
        link.#confirm()
      })
      socket.on('error', refuse)
      socket.on('close', () => {
        link.#ended()
        reject(notNow('the primary hung up'))
      })
    })
  }

  get isOpen(): boolean {
    return this.#socket.writable && !this.#isLeaving
  }

  /** The primary has said that it would end. */
  get isLeaving(): boolean {
    return this.#isLeaving
  }

  /**
   * `leaving`: the primary is about to end and has done nothing.
   *
   * @throws TroupeError `E_SPAWN`
   */
  async fork(order: WorkerOrder): Promise<Exclude<Answer, 'refused'>> {
    const { cookie } = order.record
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(cookie, { resolve, reject })
    })
    if (!this.#write({ kind: 'fork', order })) return 'leaving'
    try {
      return (await answer) === 'leaving' ? 'leaving' : 'forked'
    } finally {
      this.#waiting.delete(cookie)
    }
  }

  /** A worker was asked to end, so the primary must not start it again. */
  asked(cookie: string): void {
    this.#write({ kind: 'asked', cookie })
  }

  /** A worker gets its share of connections from now on. */
  trust(cookie: string): void {
    this.#write({ kind: 'trust', cookie })
  }

  retire(): void {
    this.#write({ kind: 'retire' })
  }

  close(): void {
    this.#socket.destroy()
  }

  #hear(news: Exclude<PrimaryNews, { kind: 'welcome' }>): void {
    switch (news.kind) {
      case 'forked':
        this.#know(news.cookie)
        return this.#waiting.get(news.cookie)?.resolve('forked')
      case 'refused':
        return this.#waiting.get(news.cookie)?.reject(refused(news))
      case 'say':
        return this.#said(news)
      case 'gone':
        return this.#forget(news.cookie)
      case 'leaving':
        this.#isLeaving = true
        for (const { resolve } of this.#waiting.values()) resolve('leaving')
        this.#socket.end()
    }
  }

  #said({ cookie, seq, word }: Extract<PrimaryNews, { kind: 'say' }>): void {
    const heard = this.#switchboard.said(cookie, { seq, word })
    if (heard !== undefined) this.#heard.set(cookie, heard)
  }

  /** Once for all that came together. */
  #confirm(): void {
    for (const [cookie, upTo] of this.#heard) this.#write({ kind: 'heard', cookie, upTo })
    this.#heard.clear()
  }

  #know(cookie: string): void {
    const voice: Voice = {
      welcome: (heard) => void this.#write({ kind: 'welcome', cookie, heard }),
      tell: (word) => this.#write({ kind: 'tell', cookie, word }),
    }
    this.#voices.set(cookie, voice)
    this.#switchboard.arrived(cookie, voice)
  }

  #forget(cookie: string): void {
    const voice = this.#voices.get(cookie)
    this.#voices.delete(cookie)
    if (voice) this.#switchboard.left(cookie, voice)
  }

  #ended(): void {
    for (const cookie of this.#voices.keys()) this.#forget(cookie)
    const lost = notNow('the primary ended before it had forked the worker')
    for (const { reject } of this.#waiting.values()) reject(lost)
  }

  #write(line: PrimaryLine): boolean {
    if (!this.isOpen) return false
    this.#socket.write(lineOf(line))
    return true
  }
}

function refused({ why, errno = 'EIO' }: Refusal): TroupeError {
  return new TroupeError('E_SPAWN', `the primary cannot fork a worker: ${why}`, {
    hint: 'see `ulimit -u`, `ulimit -n` and free memory',
    cause: Object.assign(new Error(why), { code: errno }),
  })
}

/** A failure of the moment, that another try may not meet: for `mayPass`, as if the system had said EAGAIN. */
export function notNow(message: string, hint?: string): TroupeError {
  const cause = Object.assign(new Error('try again'), { code: 'EAGAIN' })
  return new TroupeError('E_SPAWN', message, hint === undefined ? { cause } : { cause, hint })
}

function fromAnotherVersion(): TroupeError {
  return new TroupeError('E_SPAWN', 'the primary is of another version of Troupe', {
    hint: 'stop all workers of the service once, then start them again',
  })
}

/** Whether connecting failed because nobody listens there (yet). */
export function isAbsent(error: unknown): boolean {
  return /ENOENT|ECONNREFUSED/.test(messageOf(error))
}
