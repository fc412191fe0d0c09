import type { InstanceState, InstanceView } from '../protocol/views.ts'

/** A command has led somewhere. */
const settled: readonly InstanceState[] = ['online', 'stopped', 'backoff', 'errored', 'stuck']

/** Those who asked something of an instance, until that has led somewhere. */
export class Waiters {
  #waiting: ((view: InstanceView) => void)[] = []

  add(done: ((view: InstanceView) => void) | undefined): void {
    if (done !== undefined) this.#waiting.push(done)
  }

  /** Whether what was asked for has led somewhere. */
  isOver(state: InstanceState): boolean {
    return settled.includes(state)
  }

  answer(view: InstanceView): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const done of waiting) done(view)
  }
}
