import type { AgentWord, DrainWord, LookWord } from './words.ts'

/**
 * What agent and primary say to each other, on the channel of the cluster. Node keeps messages whose `cmd` begins
 * with `NODE_` from the service's own listeners, and raises them as `internalMessage`.
 */
export type WorkerMessage = { readonly cmd: typeof workerCommand } & (
  | { readonly kind: 'word'; readonly word: AgentWord }
  /** No listener of the worker is open any more. */
  | { readonly kind: 'accept-closed' }
  | { readonly kind: 'drain'; readonly word: DrainWord }
  | { readonly kind: 'look'; readonly word: LookWord }
  /** The answer to `accept-closed`: whatever was handed over has arrived before it. */
  | { readonly kind: 'bye' }
)

/** Marks our words among the messages of `node:cluster`: Node hides what begins with `NODE_` from the service. */
export const workerCommand = 'NODE_TROUPE'

/** Whether a message on the channel is one of ours. */
export function isWorkerMessage(message: unknown): message is WorkerMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'cmd' in message &&
    message.cmd === workerCommand
  )
}
