import { join } from 'node:path'
import type { Cancel, Clock } from '../base/clock.ts'
import type { Home } from '../control/home.ts'
import { showTimes } from '../declaration/cron.ts'
import { procCensus } from '../process/census.ts'
import { freeze, thaw } from '../process/freeze.ts'
import { readBootId } from '../process/proc.ts'
import { procTreeMeter } from '../process/tree-usage.ts'
import type { ServiceView, WatchView } from '../protocol/views.ts'
import { openChokidar } from '../supervisor/triggers/chokidar-watch.ts'
import type {
  LiveProcess,
  TriggerAction,
  TriggerKind,
  TriggerNote,
} from '../supervisor/triggers/ports.ts'
import { Triggers } from '../supervisor/triggers/triggers.ts'
import type { DesiredService } from './desired-state.ts'
import { Jobs } from './jobs.ts'
import { logSources } from './log-sources.ts'
import type { Records } from './records.ts'
import type { Roster } from './roster.ts'
import { recoverRotation } from './rotation/frozen-note.ts'
import { LogRotation, type ServiceLog } from './rotation/log-rotation.ts'
import type { Tree } from './tree.ts'

interface UpkeepPorts {
  readonly home: Home
  readonly clock: Clock
  readonly records: Records
  readonly tree: Tree
  readonly roster: Roster
  readonly env: NodeJS.ProcessEnv
  /** Behind the commands about a service; not at all once the manager is leaving. */
  readonly inTurn: (service: string, work: () => Promise<void>) => Promise<void>
}

/** Files may be told of so much after they have changed. */
const lateMs = 1_000

/** What a manager does for services by itself: it restarts them when files, time or memory say so, and rotates logs. */
export class Upkeep {
  readonly #ports: UpkeepPorts
  readonly #jobs: Jobs
  readonly #triggers: Triggers
  readonly #rotation: LogRotation
  /** Services that get another source now. */
  readonly #moves = new Set<{ readonly services: readonly string[] }>()
  #stopListening: Cancel = () => {}

  constructor(ports: UpkeepPorts) {
    this.#ports = ports
    this.#jobs = this.#openJobs()
    this.#triggers = this.#openTriggers()
    this.#rotation = this.#openRotation()
  }

  open(): void {
    const { roster, tree, records } = this.#ports
    const isRunning = (service: string): boolean =>
      tree.board.of(service).flatMap(processOf).length > 0
    for (const service of roster.services.filter(isJob)) this.#jobs.recover(isRunning, service)
    this.#stopListening = records.herald.listen((event) => this.#jobs.hear(event))
    for (const service of this.#ports.roster.services) this.declared(service)
    this.#rotation.open()
  }

  /** A service is new, or says something else than before. */
  declared({ id, spec }: DesiredService): void {
    const isMoving = (): boolean =>
      [...this.#moves].some(({ services }) => services.includes(spec.name))
    void this.#triggers.set({ id, spec, isUp: () => this.#slotsUp(id).length > 0, isMoving })
  }

  removed({ id }: DesiredService): void {
    this.#triggers.drop(id)
  }

  /** Lets changes of files be until the returned function is called: whoever changes them brings the services along. */
  moving(services: readonly string[]): Cancel {
    const move = { services }
    this.#moves.add(move)
    return () => void this.#ports.clock.after(lateMs, () => this.#moves.delete(move))
  }

  /** What is known of a job beyond its process; nothing of what is none. */
  jobView({ id, spec }: DesiredService): Pick<ServiceView, 'schedule' | 'nextRunAt' | 'runs'> {
    if (spec.schedule === undefined) return {}
    const { runAt } = this.#triggers.view(id)
    return {
      schedule: showTimes(spec.schedule),
      runs: this.#jobs.history(id),
      ...(runAt === undefined ? {} : { nextRunAt: runAt }),
    }
  }

  /** What files it watches, and what a change of `path` means to it. */
  watchView({ spec }: DesiredService, path?: string): WatchView {
    const { name, watch } = spec
    return {
      service: name,
      ...(watch === undefined ? {} : { base: watch.base, paths: watch.paths }),
      ...(watch?.ignore === undefined ? {} : { ignore: watch.ignore }),
      ...(path === undefined ? {} : { verdict: this.#triggers.explain(path, spec) }),
    }
  }

  /** Resolves once nothing stands still because of it. */
  async close(): Promise<void> {
    this.#stopListening()
    this.#jobs.close()
    await Promise.all([this.#triggers.close(), this.#rotation.close()])
  }

  /** Slots that somebody wants up. */
  #slotsUp(id: string): readonly number[] {
    const { store } = this.#ports.records
    const service = this.#ports.roster.services.find((each) => each.id === id)
    if (service === undefined || store.state.halted.includes(service.spec.name)) return []
    return service.slots.filter(({ wanted }) => wanted === 'up').map(({ slot }) => slot)
  }

  #openTriggers(): Triggers {
    const { home, clock, records, tree, env } = this.#ports
    return new Triggers({
      clock,
      sampleEveryMs: sampleIntervalIn(env),
      home: home.dir,
      act: (action) => this.#ports.inTurn(action.service, () => this.#act(action)),
      note: (note) => this.#note(note),
      processes: (service) => tree.board.of(service).flatMap(processOf),
      openWatch: openChokidar,
      meter: procTreeMeter(),
      firings: this.#jobs.firings,
      report: records.report,
    })
  }

  #openJobs(): Jobs {
    const { clock, records, tree, roster } = this.#ports
    return new Jobs({
      clock,
      ledger: records.ledger,
      supervision: tree.supervision,
      jobOf: (name) => roster.services.find((each) => each.spec.name === name && isJob(each)),
      ended: (id) => this.#triggers.ended(id),
      report: records.report,
    })
  }

  async #act({ service, op, slots, why, by, dueAt }: TriggerAction): Promise<void> {
    const { roster, records } = this.#ports
    try {
      if (by === 'schedule') {
        const reason = { why, ...(dueAt === undefined ? {} : { dueAt }) }
        return await this.#jobs.run(op === 'run' ? 'start' : 'restart', service, reason)
      }
      const chosen = this.#chosen(service, by, slots)
      if (chosen.length === 0) return
      const choices = [{ service, slots: chosen }]
      if (op === 'reload') await roster.reload(choices, { by, why })
      else await roster.act('restart', choices, { by, why })
    } catch (thrown) {
      records.report(`${by} could not restart ${service}`, thrown)
    }
  }

  /** What was stopped by itself stays so, whatever restarts the rest of its service. */
  #chosen(name: string, by: TriggerKind, slots: readonly number[] | undefined): readonly number[] {
    const service = this.#ports.roster.services.find(({ spec }) => spec.name === name)
    if (service === undefined) return []
    const all = service.slots.map(({ slot }) => slot)
    const startsStopped = by === 'cron' && service.spec.cronRestart?.startsStopped === true
    const up = startsStopped ? all : this.#slotsUp(service.id)
    return up.filter((slot) => slots?.includes(slot) ?? true)
  }

  #note({ service, by, text, next }: TriggerNote): void {
    this.#ports.records.herald.announce({
      type: 'service.note',
      service,
      data: { about: by, what: text, ...(next === undefined ? {} : { next }) },
    })
  }

  #openRotation(): LogRotation {
    const { home, clock, records, tree } = this.#ports
    const bootId = readBootId()
    const census = procCensus(bootId)
    return new LogRotation({
      clock,
      noteFile: noteFileOf(home),
      logs: () => this.#logs(),
      writersOf: (path) => tree.estate.cookiesOf(path),
      freeze: (cookies, noted) => freeze(cookies, { census, clock, bootId, noted }),
      announce: (draft) => void records.herald.announce(draft),
      trouble: (about, text) => records.health.note(about, text),
    })
  }

  #logs(): readonly ServiceLog[] {
    const { roster, tree } = this.#ports
    return roster.services.flatMap((service) => {
      const { rotation: policy, name } = service.spec
      if (policy === undefined) return []
      const sources = logSources([service], [{ service: name }], tree.around)
      return sources.map(({ path }) => ({ service: name, path, policy }))
    })
  }
}

/** Lets go on what a manager stopped that died in the middle of a rotation: before anything else is done. */
export function wakeFrozen(home: Home): void {
  recoverRotation(noteFileOf(home), (stopped) => thaw(stopped, readBootId()))
}

function isJob({ spec }: DesiredService): boolean {
  return spec.schedule !== undefined
}

function noteFileOf({ stateDir }: Home): string {
  return join(stateDir, 'frozen.json')
}

function processOf({
  slot,
  pid,
}: {
  readonly slot: number
  readonly pid?: number
}): readonly LiveProcess[] {
  return pid === undefined ? [] : [{ slot, pid }]
}

/** PM2's variable for how often its worker looks at memory; more often than ten times a second measures itself. */
export function sampleIntervalIn({
  PM2_WORKER_INTERVAL: said,
}: NodeJS.ProcessEnv): number | undefined {
  const ms = Number(said)
  return said !== undefined && ms >= 100 && Number.isFinite(ms) ? ms : undefined
}
