import { type ErrorCode, TroupeError } from '../base/errors.ts'

/** What a client asks of the door; `n` is the client's own number, repeated in the answer. */
export type Ask =
  | {
      readonly do: 'publish'
      readonly n: number
      readonly channel: string
      /** Exactly what would travel on a Redis channel of that name. */
      readonly payload: string
    }
  | { readonly do: 'subscribe' | 'unsubscribe'; readonly n: number; readonly channel: string }

/** Why something was refused. */
export interface Fault {
  readonly code: ErrorCode
  readonly message: string
}

/** Whose door this is: the first frame of every connection. */
export interface Greeting {
  readonly ns: string
  readonly host: string
}

/** The last frame before the door closes a connection. */
export interface Parting {
  readonly error: Fault
  /** The log position of the last event that was sent: watch on from there. */
  readonly resumeAfter?: string
}

/** What the door says: a greeting, a message, the answer to an ask, or why it hangs up. */
export type Said =
  | { readonly hello: Greeting }
  | { readonly channel: string; readonly payload: string }
  | { readonly n: number; readonly heard?: number }
  | { readonly n: number; readonly error: Fault }
  | Parting

/** One frame is one line of JSON. */
export function encodeFrame(frame: Ask | Said): string {
  return `${JSON.stringify(frame)}\n`
}

/** @throws TroupeError `E_BAD_MESSAGE` that quotes the beginning of `line` */
export function readAsk(line: string): Ask {
  const frame = parse(line)
  if (isAsk(frame)) return frame
  throw new TroupeError('E_BAD_MESSAGE', `a frame cannot be understood: ${sample(line)}`, {
    hint: 'send {"do":"publish"|"subscribe"|"unsubscribe","n":1,"channel":"…","payload":"…"}, one a line',
  })
}

/** @throws TroupeError `E_BAD_MESSAGE` that quotes the beginning of `line` */
export function readSaid(line: string): Said {
  const frame = parse(line)
  // The door is our own manager: that it says an object is check enough.
  if (typeof frame === 'object' && frame !== null) return frame as Said
  throw new TroupeError('E_BAD_MESSAGE', `the manager said something strange: ${sample(line)}`)
}

function isAsk(frame: unknown): frame is Ask {
  if (typeof frame !== 'object' || frame === null) return false
  const { do: verb, n, channel, payload } = frame as Partial<Record<string, unknown>>
  if (typeof n !== 'number' || typeof channel !== 'string' || channel === '') return false
  if (verb === 'publish') return typeof payload === 'string'
  return verb === 'subscribe' || verb === 'unsubscribe'
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function sample(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line)
}
