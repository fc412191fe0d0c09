import { type Clock, every, type Millis } from '../base/clock.ts'
import { TroupeError } from '../base/errors.ts'
import { parseMillis } from '../base/units.ts'
import { gather } from '../bus/fleet-command.ts'
import type { RedisBus } from '../bus/redis-bus.ts'
import { limits } from '../protocol/limits.ts'
import { addressOf } from '../protocol/names.ts'
import type { Params, Result } from '../protocol/operations.ts'
import type { HostAnswer } from '../protocol/replies.ts'

/** How often it is looked whether somebody has answered. */
const lookMs: Millis = 50

/** What a relay needs of the link to the fleet, and of whoever asked for it. */
export interface RelayPorts {
  readonly bus: Pick<RedisBus, 'carrier' | 'command'>
  readonly ns: string
  readonly clock: Clock
  /** Aborted when whoever asked has gone; the command is carried out all the same. */
  readonly gone: AbortSignal
  readonly progress: (answer: HostAnswer) => void
}

/**
 * Publishes a command for other hosts, and resolves with the last word of everybody who had one.
 *
 * @throws TroupeError `E_USAGE` for what is no command channel, `E_TOO_LARGE`, `E_BUS_DOWN` while Redis is away
 */
export async function relay(
  { channel, raw, id, hosts, deadline }: Params<'relay'>,
  { bus, ns, clock, gone, progress }: RelayPorts,
): Promise<Result<'relay'>> {
  if (addressOf(ns, channel) === undefined) {
    throw new TroupeError('E_USAGE', `${channel} is no command channel of ${ns}`)
  }
  const bytes = Buffer.byteLength(raw)
  if (bytes > limits.commandBytes) {
    const why = `the command has ${bytes} bytes, and ${limits.commandBytes} may go`
    throw new TroupeError('E_TOO_LARGE', why, { hint: 'select hosts by a label' })
  }
  await bus.carrier.publish(channel, raw)
  const answers = new Answers(hosts, progress)
  const sentAt = clock.now()
  const late = new AbortController()
  const cancel = clock.after(parseMillis(deadline ?? '') ?? limits.replyStreamTtlMs, () =>
    late.abort(),
  )
  const over = AbortSignal.any([gone, late.signal])
  const onLook = (look: () => void) => every(clock, lookMs, look)
  const isComplete = (): boolean => answers.isComplete(clock.now() - sentAt)
  try {
    const command = bus.command
    await gather({ ns, clock, onLook, command, over }, id, {}, { tally: answers, isComplete })
  } catch (thrown) {
    if (!over.aborted) throw thrown
  } finally {
    cancel()
  }
  return { replies: answers.all }
}

/** What the hosts that are meant have answered so far. */
class Answers {
  readonly #expected: ReadonlySet<string>
  readonly #progress: (answer: HostAnswer) => void
  readonly #answers = new Map<string, HostAnswer>()

  constructor(hosts: readonly string[], progress: (answer: HostAnswer) => void) {
    this.#expected = new Set(hosts)
    this.#progress = progress
  }

  get all(): readonly HostAnswer[] {
    return [...this.#answers.values()]
  }

  take(answer: HostAnswer): void {
    if (!this.#expected.has(answer.host)) return
    this.#answers.set(answer.host, answer)
    if (answer.status !== 'accepted') this.#progress(answer)
  }

  isComplete(elapsedMs: Millis): boolean {
    const isAnyAtIt = this.all.some(({ status }) => status === 'accepted')
    const isAnyToCome =
      this.#answers.size < this.#expected.size && elapsedMs < limits.acceptedWithinMs
    return !isAnyAtIt && !isAnyToCome
  }
}
