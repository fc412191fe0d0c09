import { connect } from 'node:net'
import { dirname } from 'node:path'
import type { Duplex } from 'node:stream'
import { type Clock, systemClock } from '../base/clock.ts'
import { messageOf, TroupeError } from '../base/errors.ts'
import { DoorClient, type Ended } from './door-client.ts'
import type { Greeting } from './frame.ts'
import type { Hub } from './hub.ts'
import { checkPrivate } from './private-dir.ts'

export type { Ended } from './door-client.ts'

/** One connection to a manager's local door. It does not reconnect: who needs that knows what to catch up with. */
export interface Client extends Hub {
  /** Who answered. */
  readonly greeting: Greeting
  /** Settles when the connection is over, with the reason; never rejects. */
  readonly closed: Promise<Ended>
  close(): Promise<void>
}

/** A manager that accepts but does not speak within this is frozen. */
const greetingMs = 5_000

/**
 * Connects to the door at `path`, {@link Home.socket}.
 *
 * @throws TroupeError `E_MANAGER_UNREACHABLE`, with the system's error as its `cause` where
 *   there is one · `E_TIMEOUT` when a manager is there and does not speak · `E_CONFIG` when
 *   others could have put the socket there
 */
export async function openClient(path: string, clock: Clock = systemClock): Promise<Client> {
  try {
    await checkPrivate(dirname(path))
    return await clientOver(await dial(path), clock)
  } catch (cause) {
    if (cause instanceof TroupeError) throw cause
    throw new TroupeError(
      'E_MANAGER_UNREACHABLE',
      `no manager answers at ${path}: ${messageOf(cause)}`,
      { hint: 'start one with: troupe start <file>', cause },
    )
  }
}

/** Speaks to a door over a stream that is connected already. */
export async function clientOver(stream: Duplex, clock: Clock): Promise<Client> {
  const client = new DoorClient(stream, clock)
  let isFrozen = false
  const cancel = clock.after(greetingMs, () => {
    isFrozen = true
    stream.destroy()
  })
  try {
    const greeting = await client.greeting
    return {
      greeting,
      closed: client.closed,
      publish: (channel, payload) => client.publish(channel, payload),
      subscribe: (channel, hear) => client.subscribe(channel, hear),
      close: () => client.close(),
    }
  } catch (thrown) {
    throw isFrozen ? frozen() : thrown
  } finally {
    cancel()
  }
}

function dial(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

function frozen(): TroupeError {
  return new TroupeError(
    'E_TIMEOUT',
    `the manager is there and said nothing for ${greetingMs} ms`,
    {
      hint: 'it is stopped or very busy: look at its process, named in manager.pid',
    },
  )
}
