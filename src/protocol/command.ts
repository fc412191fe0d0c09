import type { HostSelector } from './host-selector.ts'
import type { Op, ServiceTarget } from './operations.ts'

/** A command in either spelling, decoded and not yet checked against who may say it. */
export interface Command {
  /** The requester's id; undefined for a shorthand without `id=`, which gets the common one (PROTOCOL §4, "one voice"). */
  readonly id: string | undefined
  readonly op: Op
  /** Empty: the service that the channel addresses, or, for ops that need none, the host. */
  readonly services: readonly ServiceTarget[]
  /** Which of the hosts that hear it are meant; without it, all of them. */
  readonly hosts?: HostSelector
  readonly args: Readonly<Record<string, unknown>>
  /** `anna`, `redis-cli`; whether it is to be believed is said by {@link Issuer}. */
  readonly claimedBy: string
  /** Where the replies are published, beside the reply stream. */
  readonly replyTo?: string
  /** ms since 1970. */
  readonly expiresAt?: number
  /** ms since 1970. */
  readonly sentAt?: number
  readonly traceparent?: string
}

/** Who is taken to have sent a command. */
export type Issuer =
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'unsigned'; readonly name: string }
  | { readonly kind: 'signed'; readonly name: string; readonly kid: string }

/** How an issuer is named in events: `anna`, `redis-cli (unsigned)`. */
export function nameOf(issuer: Issuer): string {
  return issuer.kind === 'unsigned' ? `${issuer.name} (unsigned)` : issuer.name
}
