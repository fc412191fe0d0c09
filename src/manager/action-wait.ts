import type { Cancel } from '../base/clock.ts'
import { parseLaunchId } from '../process/launch-id.ts'
import type { ActionOutcome } from '../protocol/answers.ts'
import type { EventDraft } from '../protocol/events.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { ActionEnd } from './action-end.ts'

/** One process that was asked for an action, until it answers or nobody waits any more. */
export class ActionWait {
  readonly outcome: Promise<ActionOutcome>
  readonly #view: InstanceView
  readonly #action: string
  readonly #cancels: Cancel[] = []
  #resolve: (outcome: ActionOutcome) => void = () => {}
  #isOver = false

  constructor(view: InstanceView, action: string) {
    this.#view = view
    this.#action = action
    this.outcome = new Promise((resolve) => (this.#resolve = resolve))
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether the end of a waiting, told by this event, is that of this one. */
  isMeant({ service, slot, incarnation }: EventDraft, end: ActionEnd): boolean {
    const { service: name, slot: number, launchId = '' } = this.#view
    if (name !== service || number !== slot) return false
    if (parseLaunchId(launchId).incarnation !== incarnation) return false
    return end.kind === 'gone' || end.action === this.#action
  }

  /** What is to be called once this is over. */
  cancelAtEnd(cancel: Cancel): void {
    this.#cancels.push(cancel)
  }

  end(outcome: ActionOutcome): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const cancel of this.#cancels) cancel()
    this.#resolve(outcome)
  }

  /** @param why one sentence without a full stop */
  giveUp(why: string): void {
    this.end({ kind: 'silent', why })
  }
}
