import type { Cancel, Clock } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import { uniqueId } from '../base/ids.ts'
import { encodeCommand } from '../protocol/encode-command.ts'
import type { HostSelector } from '../protocol/host-selector.ts'
import { limits } from '../protocol/limits.ts'
import { channelsOf, keysOf } from '../protocol/names.ts'
import type { Op, Params, ServiceTarget } from '../protocol/operations.ts'
import { Bell } from './bell.ts'
import { orAborted } from './or-aborted.ts'
import { readReplies } from './read-replies.ts'
import type { Command } from './script.ts'
import { type FleetOutcome, Tally } from './tally.ts'

/** Which hosts a command is for, and how it is waited for. */
export interface FleetCommandOptions extends HostSelector {
  /** How long to wait for those that accepted it, in ms; by default ten minutes. */
  readonly timeoutMs?: number
  /** Hears what a host sends on the way, such as lines of a followed log. */
  readonly onProgress?: (value: unknown, host: string) => void
  /** Stops the waiting, not the work. */
  readonly signal?: AbortSignal
}

/** What a sender needs of the connection. */
export interface SenderPorts {
  readonly ns: string
  readonly by: string
  readonly clock: Clock
  /** Aborted when the connection is closed. */
  readonly closing: AbortSignal
  /** Resolves to the channel on which replies wake us. */
  readonly replyChannel: () => Promise<string>
  readonly publish: (channel: string, payload: string) => Promise<number>
  /** Reads, patiently. */
  readonly reader: (signal: AbortSignal) => Command
  /** Calls `look` whenever there may be new replies. */
  readonly onLook: (look: () => void) => Cancel
}

interface Asked<O extends Op> extends FleetCommandOptions {
  readonly op: O
  readonly services: readonly ServiceTarget[]
  readonly params: Params<O>
}

/**
 * Sends a command to every host that is meant, and gathers what becomes of it.
 *
 * Replies are read from the command's stream; what is published is only the reason to look.
 */
export async function sendToFleet<O extends Op>(
  ports: SenderPorts,
  asked: Asked<O>,
): Promise<FleetOutcome<O>> {
  const { ns, clock, closing } = ports
  const { timeoutMs = limits.replyStreamTtlMs, signal } = asked
  const asker = AbortSignal.any(signal === undefined ? [closing] : [closing, signal])
  asker.throwIfAborted()
  const id = uniqueId()
  const channel = channelFor(ns, asked)
  const text = write(ports, asked, { id, replyTo: await orAborted(asker, ports.replyChannel()) })
  const sentAt = clock.now()
  const heard = await orAborted(asker, ports.publish(channel, text))
  if (heard === 0) throw nobody(asked.op, channel)

  const expiry = new AbortController()
  const cancel = clock.after(timeoutMs, () => expiry.abort())
  const over = AbortSignal.any([asker, expiry.signal])
  const tally = new Tally<O>()
  const isComplete = (): boolean => tally.isComplete(heard, clock.now() - sentAt)
  try {
    await gather({ ...ports, command: ports.reader(over), over }, id, asked, { tally, isComplete })
  } catch (thrown) {
    if (asker.aborted || !expiry.signal.aborted) throw thrown
  } finally {
    cancel()
  }
  return tally.outcome(id, heard)
}

/** Where replies are read, and when it is looked for more. */
export interface Gathering extends Pick<SenderPorts, 'ns' | 'clock' | 'onLook'> {
  readonly command: Command
  readonly over: AbortSignal
}

/** Reads the replies to a command into a tally until that is complete; rejects with the reason of `over`. */
export async function gather<O extends Op>(
  { ns, clock, onLook, command, over }: Gathering,
  id: string,
  { onProgress }: Pick<FleetCommandOptions, 'onProgress'>,
  {
    tally,
    isComplete,
  }: { readonly tally: Pick<Tally<O>, 'take'>; readonly isComplete: () => boolean },
): Promise<void> {
  const bell = new Bell()
  const cancels = [onLook(bell.ring), clock.after(limits.acceptedWithinMs, bell.ring)]
  const key = keysOf(ns).replies(id)
  try {
    for await (const reply of readReplies<O>(command, key, () => orAborted(over, bell.rung()))) {
      if (reply === 'end' && isComplete()) return
      if (reply === 'end') continue
      if (reply.status === 'progress') onProgress?.(reply.value, reply.host)
      else tally.take(reply)
    }
  } finally {
    for (const cancel of cancels) cancel()
  }
}

/** The narrowest channel that reaches everybody who is meant: the count of its listeners says who to wait for. */
function channelFor<O extends Op>(ns: string, { services, hosts, labels }: Asked<O>): string {
  const channels = channelsOf(ns)
  const host = onlyOf(hosts ?? [])
  if (host !== undefined && !/[*?]/.test(host)) return channels.host(host)
  const service = hosts === undefined && labels === undefined ? onlyOf(services)?.name : undefined
  return service === undefined || service === 'all' ? channels.all : channels.service(service)
}

function onlyOf<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined
}

function write<O extends Op>(
  { by, clock }: SenderPorts,
  { op, services, params, hosts, labels }: Asked<O>,
  { id, replyTo }: { readonly id: string; readonly replyTo: string },
): string {
  const selector = { ...(hosts && { hosts }), ...(labels && { labels }) }
  const command = { id, op, services, args: params, by, replyTo, at: clock.date() }
  const text = encodeCommand({ ...command, hosts: selector })
  const bytes = Buffer.byteLength(text)
  if (bytes <= limits.commandBytes) return text
  throw new TroupeError(
    'E_TOO_LARGE',
    `${op} has ${bytes} bytes, and ${limits.commandBytes} may go`,
  )
}

function nobody(op: Op, channel: string): TroupeError {
  return new TroupeError('E_MANAGER_UNREACHABLE', `nobody hears ${op} on ${channel}`, {
    hint: 'no manager of this namespace serves that name now: troupe doctor, on its host',
  })
}
