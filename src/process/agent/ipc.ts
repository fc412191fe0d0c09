import { type AgentWord, wordOf } from './words.ts'

/** What the emulated channel needs of the connection behind it. */
export interface Channel {
  say(word: AgentWord): void
  want(isWanted: boolean): void
  close(): void
}

type Callback = (error: Error | null) => void

const listened: readonly (string | symbol)[] = ['message', 'disconnect']

/**
 * Gives a process the IPC interface that `child_process.fork` would have given it.
 *
 * It differs in what happens when the manager dies, which is nothing: the channel counts as connected until the
 * service itself disconnects. And no handles can be sent.
 */
export function installIpc(target: NodeJS.Process, channel: Channel): void {
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(target, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    })
  }
  define('connected', true)
  define('channel', { ref: () => channel.want(true), unref: () => channel.want(false) })
  define('send', (message: unknown, ...rest: readonly unknown[]): boolean => {
    const told = rest.find((one): one is Callback => typeof one === 'function')
    const problem = problemWith(message, rest[0], target.connected)
    if (problem === undefined) channel.say(wordOf(message))
    if (told) process.nextTick(told, problem ?? null)
    return problem === undefined
  })
  define('disconnect', () => {
    if (!target.connected) return
    define('connected', false)
    define('channel', undefined)
    channel.close()
    process.nextTick(() => target.emit('disconnect'))
  })
  countListeners(target, channel)
}

/** Node keeps a process alive while it listens to its channel; so does this. */
function countListeners(target: NodeJS.Process, channel: Channel): void {
  let count = 0
  const counting = (by: 1 | -1) => (name: string | symbol) => {
    if (!listened.includes(name) || !target.connected) return
    count += by
    channel.want(count > 0)
  }
  target.on('newListener', counting(1))
  target.on('removeListener', counting(-1))
}

/** @throws TypeError for what Node's own channel would not take either */
function problemWith(message: unknown, handle: unknown, isConnected: boolean): Error | undefined {
  if (message === undefined) {
    throw withCode(new TypeError('the message to send is missing'), 'ERR_MISSING_ARGS')
  }
  if (!['string', 'number', 'boolean', 'object'].includes(typeof message)) {
    const error = new TypeError(`a ${typeof message} cannot be sent to the manager`)
    throw withCode(error, 'ERR_INVALID_ARG_TYPE')
  }
  if (!isConnected) return withCode(new Error('Channel closed'), 'ERR_IPC_CHANNEL_CLOSED')
  if (typeof handle !== 'object' || handle === null) return undefined
  const error = new Error('a handle cannot be sent to the manager')
  return withCode(error, 'ERR_INVALID_HANDLE_TYPE')
}

function withCode<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code })
}
