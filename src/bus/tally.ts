import { limits } from '../protocol/limits.ts'
import type { Op, Result } from '../protocol/operations.ts'
import type { Reply } from '../protocol/replies.ts'

/** The last word of a host about a command that it did not carry out. */
export type Undone = Exclude<Reply, { readonly status: 'done' | 'progress' }>

/** The last word of one host; `accepted` means that it is still at it. */
export type HostReply<O extends Op = Op> =
  | {
      readonly host: string
      readonly status: 'done'
      readonly op: string
      readonly result: Result<O>
      readonly ms: number
    }
  | ({ readonly host: string } & Undone)

/** What a fleet made of a command. */
export interface FleetOutcome<O extends Op = Op> {
  /** Of the command: its replies stand in `troupe:{<ns>}:re:<id>` for ten minutes. */
  readonly id: string
  /** One a host, in the order in which they were heard first. */
  readonly replies: readonly HostReply<O>[]
  /** How many heard it and said nothing: it was not for them, another one spoke for all, or they hang. */
  readonly silent: number
}

/** Counts what hosts answer to one command. */
export class Tally<O extends Op> {
  readonly #replies = new Map<string, HostReply<O>>()

  get replies(): readonly HostReply<O>[] {
    return [...this.#replies.values()]
  }

  take(reply: HostReply<O>): void {
    this.#replies.set(reply.host, reply)
  }

  /** Whether nobody is waited for any more: of `heard` hosts, so long after the command was sent. */
  isComplete(heard: number, elapsedMs: number): boolean {
    const isAnyAtIt = this.replies.some(({ status }) => status === 'accepted')
    const isAnyToCome = this.#replies.size < heard && elapsedMs < limits.acceptedWithinMs
    return !isAnyAtIt && !isAnyToCome
  }

  outcome(id: string, heard: number): FleetOutcome<O> {
    return { id, replies: this.replies, silent: Math.max(0, heard - this.#replies.size) }
  }
}
