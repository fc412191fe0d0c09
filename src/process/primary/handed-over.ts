import type { ChildProcess } from 'node:child_process'
import type { Clock } from '../../base/clock.ts'

/** What Node's own primary sends with a connection, as far as it matters here (lib/internal/cluster). */
interface NodeMessage {
  readonly cmd?: unknown
  readonly act?: unknown
  readonly seq?: unknown
  readonly ack?: unknown
}

/** What is known of the workers of a service. */
interface Workers {
  /** Whether another one lives. */
  readonly hasOthers: () => boolean
  /** Whether this one is to get no connections now, because others can take them. */
  readonly isHeldBack: () => boolean
}

/** While only this worker is free, Node offers it the same connection again and again. */
const offerAgainMs = 5

/**
 * Sees to connections that were handed to a worker which died before it took them. Node waits for its answer for ever:
 * the client would neither be served nor hear that it will not be. So the answer is given in its place, that the
 * connection was not accepted, and Node hands it to another worker. A worker that is held back accepts none in the
 * same way, and does not even hear of them.
 *
 * @returns what to call once the worker has gone and Node knows it
 */
export function watchHandedOver(
  child: ChildProcess,
  { hasOthers, isHeldBack }: Workers,
  clock: Clock,
): () => void {
  const pending = new Set<number>()
  const send = child.send.bind(child) as (...of: readonly unknown[]) => boolean
  const answer = (ack: number, accepted: boolean): void => {
    child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted }, undefined)
  }
  let refusedAt = -Infinity
  const refuse = (seq: number): true => {
    const now = clock.now()
    const isAgain = now - refusedAt < offerAgainMs
    refusedAt = now
    clock.after(isAgain ? offerAgainMs : 0, () => answer(seq, false))
    return true
  }
  const noting = (...of: readonly unknown[]): boolean => {
    const { act, seq } = asMessage(of[0])
    if (act !== 'newconn' || typeof seq !== 'number') return send(...of)
    if (isHeldBack()) return refuse(seq)
    pending.add(seq)
    return send(...of)
  }
  child.send = noting as ChildProcess['send']
  child.on('internalMessage' as 'message', (message: unknown) => {
    const { ack } = asMessage(message)
    if (typeof ack === 'number') pending.delete(ack)
  })
  return () => {
    // With nobody left to serve it, a connection that counts as taken is closed.
    const accepted = !hasOthers()
    for (const ack of pending) answer(ack, accepted)
    pending.clear()
  }
}

function asMessage(message: unknown): NodeMessage {
  return typeof message === 'object' && message !== null ? message : {}
}
