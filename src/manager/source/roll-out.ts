import { type Clock, type Millis, sleep } from '../../base/clock.ts'
import { TroupeError } from '../../base/errors.ts'
import { showMillis } from '../../base/units.ts'
import type { InstanceView } from '../../protocol/views.ts'
import type { Board } from '../../supervisor/instance-ports.ts'
import type { Acted } from '../acted.ts'
import type { Asker, Roster } from '../roster.ts'
import { judge } from './trial.ts'

interface RollOutPorts {
  readonly clock: Clock
  readonly board: Pick<Board, 'of'>
  readonly roster: Pick<Roster, 'reload' | 'services'>
}

/** Which process each instance had. */
type Processes = ReadonlyMap<number, number | undefined>

const lookEveryMs: Millis = 50
/** Longer than `min_uptime` is nobody kept waiting. */
const longestTrialMs: Millis = 5_000
/** Beyond what services may take to be ready. */
const slackMs: Millis = 30_000

/** Brings a revision of the source to the processes of services, and waits until they have borne it. */
export class RollOut {
  readonly #ports: RollOutPorts

  constructor(ports: RollOutPorts) {
    this.#ports = ports
  }

  /** @throws TroupeError `E_FAILED` when a process does not stay up on it */
  async begin(names: readonly string[], asker: Asker): Promise<Acted> {
    const up = this.#upOf(names)
    if (up.length === 0) return { instances: this.#viewsOf(names) }
    const { notes = [] } = await this.#ports.roster.reload(
      up.map((service) => ({ service })),
      asker,
    )
    await this.#prove(up)
    return { instances: this.#viewsOf(names), notes }
  }

  processesOf(names: readonly string[]): Processes {
    return new Map(this.#viewsOf(names).map(({ id, pid }) => [id, pid]))
  }

  /** Services that do not run as they did: by a restart, or half a reload. */
  changedSince(names: readonly string[], before: Processes): readonly string[] {
    return names.filter((name) =>
      this.#viewsOf([name]).some(({ id, pid }) => before.get(id) !== pid),
    )
  }

  async #prove(names: readonly string[]): Promise<void> {
    const { clock } = this.#ports
    const { trialMs, limitMs } = this.#patience(names)
    const began = clock.now()
    const seen = new Map<number, number | undefined>()
    let wellSince: Millis | undefined
    for (;;) {
      const verdict = judge(this.#viewsOf(names), seen)
      if (verdict.kind === 'failed') throw new TroupeError('E_FAILED', verdict.why)
      wellSince = verdict.kind === 'well' ? (wellSince ?? clock.now()) : undefined
      if (wellSince !== undefined && clock.now() - wellSince >= trialMs) return
      if (clock.now() - began > limitMs) {
        throw new TroupeError(
          'E_FAILED',
          `${names.join(', ')} did not come up within ${showMillis(limitMs)}`,
        )
      }
      await sleep(clock, lookEveryMs)
    }
  }

  #patience(names: readonly string[]): { readonly trialMs: Millis; readonly limitMs: Millis } {
    const specs = this.#ports.roster.services
      .map(({ spec }) => spec)
      .filter(({ name }) => names.includes(name))
    const uptimeMs = Math.max(0, ...specs.map(({ minUptimeMs }) => minUptimeMs))
    const listenMs = Math.max(0, ...specs.map(({ listenTimeoutMs }) => listenTimeoutMs))
    const trialMs = Math.min(uptimeMs, longestTrialMs)
    return { trialMs, limitMs: trialMs + listenMs + slackMs }
  }

  #upOf(names: readonly string[]): readonly string[] {
    return this.#ports.roster.services
      .filter(({ slots }) => slots.some(({ wanted }) => wanted === 'up'))
      .map(({ spec }) => spec.name)
      .filter((name) => names.includes(name))
  }

  #viewsOf(names: readonly string[]): readonly InstanceView[] {
    return names.flatMap((name) => this.#ports.board.of(name))
  }
}
