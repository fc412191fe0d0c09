/** The phases a command goes through at one receiver (PROTOCOL §4); the last four are final. */
export type ReplyStatus = 'accepted' | 'progress' | 'done' | 'failed' | 'rejected' | 'superseded'

/** Why a command was not run. A closed list: programs switch on it. */
export const rejectReasons = [
  'unknown_op',
  'unknown_service',
  'bad_message',
  'too_large',
  'expired',
  'unsupported_version',
  'unsigned',
  'bad_signature',
  'forbidden',
  'busy',
  'rate_limited',
  'fenced',
] as const

/** Why a command was not even begun (PROTOCOL §4): stable words, for programs. */
export type RejectReason = (typeof rejectReasons)[number]

/** What a host answers to a command: `accepted`, perhaps `progress`, and one last word; `ms` is how long it ran. */
export type Reply =
  | { readonly status: 'accepted'; readonly op: string }
  | { readonly status: 'progress'; readonly op: string; readonly value: unknown }
  | { readonly status: 'done'; readonly op: string; readonly result: unknown; readonly ms: number }
  | {
      readonly status: 'failed'
      readonly op: string
      readonly code: string
      readonly message: string
      readonly hint?: string
      readonly ms: number
    }
  | { readonly status: 'superseded'; readonly op: string; readonly by: string }
  | Rejection

/** The last word of one host about a command that went to several; `accepted`: it is still at it. */
export type HostAnswer = { readonly host: string } & Exclude<Reply, { readonly status: 'progress' }>

/** A command that was not begun, and why. */
export interface Rejection {
  readonly status: 'rejected'
  readonly reason: RejectReason
  readonly op?: string
  /** One sentence with what to do next. */
  readonly message: string
  /** The nearest known name, when there is one. */
  readonly didyoumean?: string
}

/** A rejection; `message` is one sentence with what to do next. */
export function rejected(
  reason: RejectReason,
  message: string,
  more: { readonly op?: string; readonly didyoumean?: string } = {},
): Rejection {
  return { status: 'rejected', reason, message, ...more }
}
