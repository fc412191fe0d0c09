import type { ChildProcess } from 'node:child_process'

/** What Node's own primary sends with a connection, as far as it matters here (lib/internal/cluster). */
interface NodeMessage {
  readonly cmd?: unknown
  readonly act?: unknown
  readonly seq?: unknown
  readonly ack?: unknown
}

/**
 * Sees to connections that were handed to a worker which died before it took them. Node waits for its answer for ever:
 * the client would neither be served nor hear that it will not be. So the answer is given in its place, that the
 * connection was not accepted, and Node hands it to another worker.
 *
 * @returns what to call once the worker has gone and Node knows it
 */
export function watchHandedOver(child: ChildProcess, hasOthers: () => boolean): () => void {
  const pending = new Set<number>()
  const send = child.send.bind(child) as (...of: readonly unknown[]) => boolean
  const noting = (...of: readonly unknown[]): boolean => {
    const { act, seq } = asMessage(of[0])
    if (act === 'newconn' && typeof seq === 'number') pending.add(seq)
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
    for (const ack of pending) {
      child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted }, undefined)
    }
    pending.clear()
  }
}

function asMessage(message: unknown): NodeMessage {
  return typeof message === 'object' && message !== null ? message : {}
}
