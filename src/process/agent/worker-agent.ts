import cluster from 'node:cluster'
import type { AgentConfig } from './config.ts'
import { Drain } from './drain.ts'
import { watchExceptions } from './exceptions.ts'
import { lookInside } from './look-inside.ts'
import { leave, tellService } from './leave.ts'
import { watchServers } from './servers.ts'
import type { InsideSight } from './words.ts'
import { isWorkerMessage, workerCommand, type WorkerMessage } from './worker-words.ts'

/** As documented; the types that come with Node 20 know a part of it. */
type Send = (message: unknown, ...rest: readonly unknown[]) => boolean

/**
 * The agent of a cluster worker. It speaks over the channel of the cluster, because the barrier of a drain needs
 * its order; the primary passes words on.
 */
export function startWorkerAgent({ scheduling }: Extract<AgentConfig, { kind: 'worker' }>): void {
  if (process.send === undefined) return
  const send = process.send.bind(process) as Send
  outliveThePrimary(send, scheduling)
  const post = (message: OfWorker): void => {
    if (process.connected) send({ cmd: workerCommand, ...message }, undefined, {}, ignore)
  }
  // The primary says itself where its workers listen.
  const servers = watchServers(ignore)
  const drain: Drain = new Drain({
    servers,
    say: (word) => post({ kind: 'word', word }),
    askForBye: () => {
      if (scheduling === 'none') drain.happens('bye')
      else post({ kind: 'accept-closed' })
    },
    tellService,
    leave,
  })
  watchExceptions(process, (word) => post({ kind: 'word', word }))
  process.on('internalMessage' as 'message', (message: unknown) => {
    if (!isWorkerMessage(message)) return
    if (message.kind === 'drain') drain.begin(message.word)
    if (message.kind === 'bye') drain.happens('bye')
    if (message.kind === 'look') {
      const { id } = message.word
      const tell = (seen: InsideSight): void =>
        post({ kind: 'word', word: { kind: 'sight', id, seen } })
      lookInside(message.word, servers.listening(), tell)
    }
  })
}

type OfWorker = { kind: 'accept-closed' } | Omit<Extract<WorkerMessage, { kind: 'word' }>, 'cmd'>

/**
 * Without this a worker ends with its primary, or at its next `process.send` (ERR_IPC_CHANNEL_CLOSED).
 * A worker that is handed its connections (`rr`) has nothing to live for.
 */
function outliveThePrimary(send: Send, scheduling: 'rr' | 'none'): void {
  if (scheduling === 'none' && cluster.worker) cluster.worker.exitedAfterDisconnect = true
  const safe = (...of: Parameters<Send>): boolean => {
    if (process.connected) return send(...of)
    const told: unknown = of.find((one) => typeof one === 'function')
    if (typeof told === 'function') process.nextTick(() => told(new Error('Channel closed')))
    return false
  }
  process.send = safe
}

function ignore(): void {}
