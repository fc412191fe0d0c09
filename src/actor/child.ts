import type { Cancel } from '../base/clock.ts'
import type { ChildSpec } from './behavior.ts'
import type { Ending } from './ending.ts'
import type { Keeper, Member } from './member.ts'

/** What a child reports to. */
export interface ChildObserver {
  childUp(child: Child): void
  childEnded(child: Child, ending: Ending): void
}

/**
 * What a family remembers of a child.
 *
 *   down ──► starting ──► up ──► stopping ──► down
 *                └──────────┴── by itself ────►
 */
export class Child implements Keeper {
  readonly spec: ChildSpec<never>
  /** Its place in the start order. */
  readonly order: number
  readonly member: Member
  readonly #observer: ChildObserver
  phase: 'down' | 'starting' | 'up' | 'stopping' = 'down'
  /** To be started again when it is down. */
  isAgain = false
  /** Down until its pause is over. */
  isPausing = false
  /** Restarts in a row. */
  attempts = 0
  upAt: number | undefined
  /** Takes back the end of the pause, or of the patience with a child that stops. */
  cancelTimer: Cancel | undefined

  constructor(
    spec: ChildSpec<never>,
    order: number,
    observer: ChildObserver,
    createMember: (spec: ChildSpec<never>, keeper: Keeper) => Member,
  ) {
    this.spec = spec
    this.order = order
    this.#observer = observer
    this.upAt = undefined
    this.cancelTimer = undefined
    this.member = createMember(spec, this)
  }

  get isRunning(): boolean {
    return this.phase === 'starting' || this.phase === 'up'
  }

  up(): void {
    this.#observer.childUp(this)
  }

  ended(ending: Ending): void {
    this.#observer.childEnded(this, ending)
  }
}
