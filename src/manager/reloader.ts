import { TroupeError } from '../base/errors.ts'
import type { ServiceSpec } from '../declaration/service.ts'
import type { InstanceView } from '../protocol/views.ts'
import type { Board } from '../supervisor/instance-ports.ts'
import type { ReloadOutcome } from '../supervisor/reload-machine.ts'
import type { ReloadOptions, Supervision } from '../supervisor/supervision.ts'
import { slotsOf, stagedSlotsOf } from './desired-slots.ts'
import { type DesiredService, stage, unstage } from './desired-state.ts'
import type { DesiredStore } from './desired-store.ts'

interface ReloaderPorts {
  readonly store: DesiredStore
  readonly supervision: Supervision
  readonly board: Pick<Board, 'of'>
  readonly declared: (service: DesiredService) => void
  readonly report: (what: string, thrown: unknown) => void
}

/** What a service is to become, and from whose shell. */
export interface Revision {
  readonly spec: ServiceSpec
  readonly inherited: Readonly<Record<string, string>>
}

/** Reloads services. What one is to become stands on disk beside what it is, until it has proven itself. */
export class Reloader {
  readonly #ports: ReloaderPorts

  constructor(ports: ReloaderPorts) {
    this.#ports = ports
  }

  /** @throws TroupeError `E_FAILED` when the new processes failed, or somebody wanted something else meanwhile */
  async reload(
    { spec: { name } }: DesiredService,
    {
      revision,
      ...options
    }: Omit<ReloadOptions, 'next'> & { readonly revision?: Revision | undefined },
  ): Promise<void> {
    const { store, supervision, board } = this.#ports
    if (revision !== undefined) {
      const known = store.state.services.find(({ spec }) => spec.name === name)
      if (known?.staged !== undefined) throw busy(name)
      store.update((state) => stage(state, revision.spec, revision.inherited))
    }
    const service = store.state.services.find(({ spec }) => spec.name === name)
    const next = revision && service && stagedSlotsOf(store.state, service)
    const before = board.of(name)
    const outcome = await supervision.reload(name, { ...options, next })
    const failure = failureOf(name, outcome, isSameStill(before, board.of(name)))
    if (failure !== undefined) throw failure
  }

  /** A reload is over, whoever began it: the service is what it was to become, or what it was. */
  settle(name: string, isNew: boolean): void {
    const { store, supervision, declared } = this.#ports
    const before = store.state.services.find(({ spec }) => spec.name === name)
    if (before?.staged === undefined) return
    // It is so already, whatever the disk says.
    store.updateRegardless((state) => unstage(state, name, isNew))
    const after = store.state.services.find(({ spec }) => spec.name === name)
    if (after === undefined) return
    supervision
      .redeclare(slotsOf(store.state, after))
      .catch((thrown: unknown) => this.#ports.report(`redeclare ${name}`, thrown))
    if (isNew) declared(after)
  }
}

/** One that an earlier manager began, with another declaration. */
function busy(name: string): TroupeError {
  return new TroupeError('E_FAILED', `a reload of ${name} is under way already`, {
    hint: `ask again when it is over: troupe events --service ${name}`,
  })
}

/** Whether no process is another one: something else than the reload may have ended some meanwhile. */
function isSameStill(before: readonly InstanceView[], after: readonly InstanceView[]): boolean {
  const pids = new Map(before.map(({ id, pid }) => [id, pid]))
  return after.every(({ id, pid }) => pids.get(id) === pid)
}

function failureOf(
  name: string,
  outcome: ReloadOutcome,
  isUntouched: boolean,
): TroupeError | undefined {
  switch (outcome.kind) {
    case 'completed':
      return undefined
    case 'halted':
      return new TroupeError('E_FAILED', `reload of ${name} was halted: ${outcome.why}`)
    case 'rolled-back': {
      const { why, left } = outcome
      const hint =
        left.length === 0
          ? `${isUntouched ? 'what ran before runs on, untouched' : 'it runs what it ran before'}; see: troupe why ${name}, troupe logs ${name} --err`
          : `${left.map((slot) => `#${slot}`).join(', ')} had been replaced already; see: troupe why ${name}`
      return new TroupeError('E_FAILED', `reload of ${name} was rolled back: ${why}`, { hint })
    }
  }
}
