import { TroupeError } from '../base/errors.ts'
import { uniqueId } from '../base/ids.ts'
import { decodeCommand } from './decode-command.ts'
import { encodeCommand } from './encode-command.ts'
import { channelsOf } from './names.ts'
import { type KeyPair, signCommand } from './signature.ts'

/** What a signature is made with; it holds in this namespace and on this channel alone. */
export interface SignOptions {
  readonly ns: string
  /** By default the channel of the one service that is named. */
  readonly channel?: string
  readonly key: KeyPair
  /** Counts for 60 s from here. */
  readonly at: Date
}

/** A command that is ready to be published, on this channel and no other. */
export interface SignedCommand {
  readonly channel: string
  /** To be published as it is: a line break at its end would make it invalid. */
  readonly raw: string
}

/**
 * Turns `restart worker` into a signed command in JSON, for `troupe sign`.
 *
 * @throws TroupeError `E_USAGE` when the words are no command, or no channel follows from them
 */
export async function signShorthand(words: string, options: SignOptions): Promise<SignedCommand> {
  const { ns, key, at } = options
  const decoded = decodeCommand(ns, options.channel ?? channelsOf(ns).all, words)
  if (decoded.kind !== 'command') {
    const { message = 'that is no command', didyoumean } =
      decoded.kind === 'rejected' ? decoded.rejection : {}
    const hint = didyoumean === undefined ? {} : { hint: `did you mean ${didyoumean}?` }
    throw new TroupeError('E_USAGE', message, hint)
  }
  const { id = uniqueId(), op, services, args, replyTo } = decoded.command
  const channel = options.channel ?? channelFor(ns, services)
  const raw = encodeCommand({
    id,
    op,
    services,
    args,
    by: key.name,
    at,
    ...(replyTo === undefined ? {} : { replyTo }),
  })
  return { channel, raw: await signCommand(raw, { ns, channel, key }) }
}

function channelFor(ns: string, services: readonly { readonly name: string }[]): string {
  const [name, ...others] = services.map((service) => service.name)
  if (name === 'all') return channelsOf(ns).all
  // Numbers and expressions mean something else on every host.
  const isName = name !== undefined && !/^(\d*$|\/)/.test(name)
  if (isName && others.length === 0) return channelsOf(ns).service(name)
  throw new TroupeError('E_USAGE', 'a signature counts on one channel alone: say on which', {
    hint: `for every host: ${channelsOf(ns).all}`,
  })
}
