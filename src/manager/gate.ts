import type { Clock } from '../base/clock.ts'
import { showMillis } from '../base/units.ts'
import { authorise, type Mode } from '../fleet/authorise.ts'
import type { TrustedKeys } from '../fleet/keys.ts'
import { type Command, type Issuer, nameOf } from '../protocol/command.ts'
import { type Asker, askerOf, decodeCommand } from '../protocol/decode-command.ts'
import { limits } from '../protocol/limits.ts'
import { type Address, addressOf } from '../protocol/names.ts'
import { rejected, type Rejection } from '../protocol/replies.ts'
import { readSignature } from '../protocol/signature.ts'
import { addressee, type Here } from './addressee.ts'
import type { Budgets } from './budget.ts'
import { isPattern } from './targets.ts'

/** A message from a command channel, of either carrier. */
export interface Incoming {
  readonly channel: string
  readonly raw: string
  readonly via: 'local' | 'redis'
  /** Aborts when the requester has left: only the local door notices. */
  readonly gone?: AbortSignal
}

/** What the gate needs to know to judge. */
export interface GatePorts extends Here {
  readonly ns: string
  readonly keys: Pick<TrustedKeys, 'find'>
  readonly clock: Clock
  mode(): Mode
  /** Redis TIME minus this host's: one clock for the whole fleet. */
  timeOffsetMs(): number
}

/** A command that may run: it is fresh, meant for this host, and its sender may ask for it. */
export interface Admitted {
  readonly kind: 'admitted'
  readonly incoming: Incoming
  /** Its services are those that are meant here. */
  readonly command: Command
  readonly issuer: Issuer
  /** The names of all services that are meant. */
  readonly touches: readonly string[]
  /** Others hear the same message. */
  readonly isShared: boolean
}

/** What becomes of a message on a command channel. */
export type Admission =
  /** A probe, or for others to answer. */
  | { readonly kind: 'ignored' }
  | ({
      readonly kind: 'refused'
      readonly incoming: Incoming
      readonly rejection: Rejection
      readonly isShared: boolean
      /** Who is said to have sent it, where it says so. */
      readonly by?: string
    } & Asker)
  | Admitted

/**
 * Everything about a message that can be judged at once, in the order of PROTOCOL §4: size,
 * form, freshness, target, key and mode, budget. What is left, for the admitted, is whether
 * a signature is true, and whether the command was there before.
 */
export function examine(incoming: Incoming, ports: GatePorts, budgets: Budgets): Admission {
  const { channel, raw, via } = incoming
  const decoded = decodeCommand(ports.ns, channel, raw, carriers[via])
  if (decoded.kind === 'probe') return { kind: 'ignored' }
  const isShared = via === 'redis' && addressOf(ports.ns, channel)?.kind !== 'host'
  if (decoded.kind === 'rejected') return { ...decoded, kind: 'refused', incoming, isShared }
  const judged = judge({ ...decoded, incoming }, ports, budgets)
  if (judged === 'elsewhere') return { kind: 'ignored' }
  if ('issuer' in judged) return { ...judged, kind: 'admitted', incoming, isShared }
  const { id, replyTo, claimedBy } = decoded.command
  const by = refusedName(via, decoded.isSigned, claimedBy)
  return { ...askerOf(id, replyTo), by, kind: 'refused', incoming, isShared, rejection: judged }
}

/** Whoever signed with a key that counts for nothing here is not proven to be anybody, but did sign. */
function refusedName(via: Incoming['via'], isSigned: boolean, name: string): string {
  if (via === 'local') return nameOf({ kind: 'local', name })
  return isSigned ? `${name} (unproven)` : nameOf({ kind: 'unsigned', name })
}

const carriers = {
  local: { maxBytes: limits.localFrameBytes, sender: 'local' },
  redis: { maxBytes: limits.commandBytes, sender: 'redis-cli' },
} as const

interface Asked {
  readonly incoming: Incoming
  readonly address: Address
  readonly command: Command
  readonly isSigned: boolean
}

function judge(
  asked: Asked,
  ports: GatePorts,
  budgets: Budgets,
): Pick<Admitted, 'command' | 'issuer' | 'touches'> | Rejection | 'elsewhere' {
  const { incoming, address } = asked
  const stale = staleness(asked, ports)
  if (stale !== undefined) return stale
  const foreign = incoming.via === 'redis' ? patternIn(asked.command) : undefined
  if (foreign !== undefined) return foreign
  const meant = addressee(asked.command, address, ports)
  // The local door has one listener: if it kept silent, nobody would ever answer.
  if (meant.kind === 'elsewhere' && incoming.via === 'redis') return 'elsewhere'
  if (meant.kind !== 'here') return meant.rejection
  const command = { ...asked.command, services: meant.services }
  const issuer = issuerOf(asked, ports)
  if ('reason' in issuer) return issuer
  const { ns } = ports
  const refusal = authorise({ mode: ports.mode(), issuer, command, ns, channel: incoming.channel })
  return (
    refusal ?? overspent(command, issuer, budgets) ?? { command, issuer, touches: meant.touches }
  )
}

/** Matching a stranger's pattern could stop everything else, long before it is known who asks. */
function patternIn({ op, services }: Command): Rejection | undefined {
  const pattern = services.find(({ name }) => isPattern(name))
  if (pattern === undefined) return undefined
  const message = `${pattern.name} is a pattern, and over Redis only names, ids and namespaces are known`
  return rejected('bad_message', message, { op })
}

/** A signature lives as long as nobody can have forgotten its command; an `expirytime` counts for everybody. */
function staleness(
  { command, isSigned, incoming }: Asked,
  ports: GatePorts,
): Rejection | undefined {
  const { op, sentAt, expiresAt } = command
  const isLocal = incoming.via === 'local'
  const now = ports.clock.date().getTime() + (isLocal ? 0 : ports.timeOffsetMs())
  if (expiresAt !== undefined && expiresAt <= now) {
    return rejected('expired', `${op} expired ${showMillis(now - expiresAt)} ago`, { op })
  }
  if (!isSigned || isLocal) return undefined
  if (sentAt === undefined) return rejected('expired', `${op} is signed, but has no time`, { op })
  const off = Math.abs(now - sentAt)
  if (off <= limits.freshnessMs) return undefined
  const message = `${op} was signed ${showMillis(off)} ${sentAt > now ? 'in the future' : 'ago'}; sign it again`
  return rejected('expired', message, { op })
}

/** Who it comes from, should the signature be true. The door itself vouches for whoever could open it. */
function issuerOf({ command, isSigned, incoming }: Asked, ports: GatePorts): Issuer | Rejection {
  const { op, claimedBy } = command
  if (incoming.via === 'local') return { kind: 'local', name: claimedBy }
  if (!isSigned) return { kind: 'unsigned', name: claimedBy }
  const claimed = readSignature(incoming.raw)
  if (claimed === undefined) {
    const message = 'its sig is not a signature of this protocol, or does not stand at the very end'
    return rejected('bad_signature', message, { op })
  }
  const { kid } = claimed
  const known = ports.keys.find(kid)
  if (known !== undefined) return { kind: 'signed', name: known.name, kid }
  const message = `${ports.host} does not trust the key ${kid}; there, run: troupe keys trust`
  return rejected('forbidden', message, { op })
}

function overspent({ op }: Command, issuer: Issuer, budgets: Budgets): Rejection | undefined {
  if (issuer.kind === 'local') return undefined
  const kid = issuer.kind === 'signed' ? issuer.kid : undefined
  const isAllowed = budgets.mayCommand(kid) && (kid === undefined || budgets.mayVerify())
  if (isAllowed) return undefined
  const message = `more than ${limits.commandsPerSecond} commands a second; try again in a second`
  return rejected('rate_limited', message, { op })
}
