import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { dirname } from 'node:path'
import { type Clock, systemClock } from '../base/clock.ts'
import { Connection, type DoorCommand, type Served } from './connection.ts'
import type { Greeting } from './frame.ts'
import type { Hub } from './hub.ts'
import type { Lock } from './lock.ts'
import { makePrivate } from './private-dir.ts'

/** What a door is made of. */
export interface DoorOptions {
  /** The socket file, {@link Home.socket}. */
  readonly path: string
  /**
   * The proof that no other manager lives in this home: with it, a socket file that
   * already stands there is a dead manager's, and is replaced.
   */
  readonly lock: Lock
  /** Namespace and host of this manager, told to every client. */
  readonly greeting: Greeting
  /** Carries everything but commands. Events must be published on the literal `…:ev:*` too. */
  readonly hub: Hub
  onCommand(command: DoorCommand): void
  readonly clock?: Clock
  /** Default 8 MiB. */
  readonly maxWaitingBytes?: number
}

/** An open local door. */
export interface Door {
  /** Lets replies that were already sent arrive, at most 2 s, then hangs up and removes the socket file. */
  close(): Promise<void>
}

/** Opens the manager's Unix socket: for this user only, and heard from once this resolves. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { path, clock = systemClock, maxWaitingBytes = 8 * 1024 * 1024 } = options
  const connections = new Set<Connection>()
  const served: Served = {
    hub: options.hub,
    greeting: options.greeting,
    onCommand: (command) => options.onCommand(command),
    clock,
    maxWaitingBytes,
  }
  const server = createServer((socket) => {
    const connection = new Connection(socket, served)
    connections.add(connection)
    void connection.serve().then(() => connections.delete(connection))
  })
  await makePrivate(dirname(path))
  await rm(path, { force: true })
  await listen(server, path)
  await chmod(path, 0o600)
  return {
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const connection of connections) connection.close()
      return closed
    },
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
