import type { InstanceState, InstanceView } from '../protocol/views.ts'
import type { Event } from './instance-machine.ts'

/** A command has led somewhere. */
const settled: readonly InstanceState[] = ['online', 'stopped', 'backoff', 'errored', 'stuck']

/** Those who asked something of an instance, until that has led somewhere. */
export class Waiters {
  #waiting: ((view: InstanceView) => void)[] = []
  #isStranded = false

  add(done: ((view: InstanceView) => void) | undefined): void {
    if (done !== undefined) this.#waiting.push(done)
  }

  /** Whether what was asked for has led somewhere; to be asked after each event. */
  isOver(state: InstanceState, event: Event): boolean {
    if (event.kind === 'blocked') this.#isStranded = !event.isComing
    if (state !== 'waiting') this.#isStranded = false
    // It waits for what does not come by itself: whoever asked need not wait as well.
    return settled.includes(state) || this.#isStranded
  }

  answer(view: InstanceView): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const done of waiting) done(view)
  }
}
