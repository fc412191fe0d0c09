import type { Delivered, Delivery } from './instance-messages.ts'
import type { SlotProcess } from './slot-process.ts'

type Receiver = Pick<SlotProcess, 'signal' | 'tell' | 'write'>

/** Gives something to a process, and says what came of it. */
export function deliver(what: Delivery, process: Receiver): Delivered {
  if (what.kind === 'text') return process.write(what.text)
  const isHeard = what.kind === 'signal' ? process.signal(what.signal) : process.tell(what)
  return isHeard ? 'delivered' : 'unheard'
}
