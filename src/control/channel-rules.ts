import { TroupeError } from '../base/errors.ts'
import { limits } from '../protocol/limits.ts'

const commandChannel = /^troupe:[^:]+:cmd:/
/** What Redis ACLs keep for managers (PROTOCOL, "Security"): nobody else announces events. */
const managersOwn = /^troupe:[^:]+:(ev:|say$)/
const everyEvent = /^troupe:[^:]+:ev:\*$/
const globCharacters = /[*?[\]\\]/

/** Whether what is published there would be taken for a command, in whatever namespace (PROTOCOL §1). */
export function isCommandChannel(channel: string): boolean {
  return commandChannel.test(channel)
}

/** True where messages are events, which carry a position in the log. */
export function isEventChannel(channel: string): boolean {
  return /^troupe:[^:]+:ev:/.test(channel)
}

/**
 * Holds a local publisher to what a Redis ACL would allow it.
 *
 * @throws TroupeError `E_REJECTED` or `E_TOO_LARGE`
 */
export function checkPublish(channel: string, payload: string): void {
  if (managersOwn.test(channel)) {
    throw new TroupeError('E_REJECTED', `only the manager publishes on ${channel}`)
  }
  if (isCommandChannel(channel) || Buffer.byteLength(payload) <= limits.hardBytes) return
  throw new TroupeError(
    'E_TOO_LARGE',
    `a message on ${channel} is larger than ${limits.hardBytes} bytes`,
    { hint: 'send where the data is, instead of the data' },
  )
}

/**
 * Only one pattern is served, everywhere: see PROTOCOL R5.
 *
 * @throws TroupeError `E_REJECTED` for every other pattern
 */
export function checkSubscribe(channel: string): void {
  if (everyEvent.test(channel) || !globCharacters.test(channel)) return
  throw new TroupeError('E_REJECTED', `${channel} is a pattern, and channels are exact`, {
    hint: 'the only pattern is troupe:<namespace>:ev:*',
  })
}
