import { Cell } from './cell.ts'
import type { ChildSpec } from './behavior.ts'
import type { Fault } from './ending.ts'
import { Family } from './family.ts'
import type { Kernel } from './kernel.ts'
import type { LocalRef } from './local-ref.ts'
import type { FamilyHost, Keeper, Member } from './member.ts'
import type { ActorPath } from './ref.ts'
import type { SupervisorOpts } from './supervision.ts'

/** How the actors at the top are kept. */
export const rootSupervision: SupervisorOpts = {
  strategy: 'one_for_one',
  intensity: { max: 10, windowMs: 60_000 },
  onExceeded: 'escalate',
}

/**
 * The guardian above the top of the tree.
 *
 * A child that it cannot keep up stays down and is reported as `given-up`: whether the
 * process can live without it is for those to say who own the process.
 */
export class Root implements FamilyHost {
  readonly path: ActorPath = '/'
  readonly #kernel: Kernel
  readonly #family: Family
  /** Resolves when all actors have ended. */
  readonly closed: Promise<void>
  #resolveClosed: () => void = () => {}

  constructor(kernel: Kernel, supervision: SupervisorOpts = rootSupervision) {
    this.#kernel = kernel
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#family = new Family(kernel, this, supervision)
  }

  spawn(spec: ChildSpec<never>): LocalRef {
    return this.#family.add(spec)
  }

  stop(): void {
    this.#family.close('shutdown')
  }

  createMember(spec: ChildSpec<never>, keeper: Keeper): Member {
    return new Cell(this.#kernel, `/${spec.id}`, spec, keeper)
  }

  /** Nobody is here to listen. */
  hear(): void {}

  /** Nobody is left to whom it could be passed on. */
  ended(fault: Fault): void {
    this.#kernel.report({ fault, outcome: 'given-up' })
  }

  familyClosed(): void {
    this.#resolveClosed()
  }
}
