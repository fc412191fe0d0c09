import { TroupeError } from '../base/errors.ts'
import type { Carrier } from './carrier.ts'
import { Listeners } from './listeners.ts'

/** A carrier that never leaves the process: the hub of a manager, alone or beside Redis, and of tests. */
export function localCarrier(log: (line: string) => void = () => {}): Carrier {
  const listeners = new Listeners(log)
  let isClosed = false

  const checkOpen = (): void => {
    if (isClosed) throw new TroupeError('E_CLOSED', 'the carrier is closed')
  }

  return {
    async publish(channel, payload) {
      checkOpen()
      const count = listeners.count(channel)
      // Later, so that nobody is called in the middle of a publisher's work.
      if (count > 0) queueMicrotask(() => listeners.hear(channel, payload))
      return count
    },
    async subscribe(channel, hear) {
      checkOpen()
      return listeners.add(channel, hear)
    },
    async close() {
      isClosed = true
      listeners.clear()
    },
  }
}
