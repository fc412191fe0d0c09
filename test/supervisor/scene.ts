import { declarationFrom } from '../../src/declaration/declare.ts'
import type { ServiceSpec } from '../../src/declaration/service.ts'
import { InstanceBoard } from '../../src/manager/board.ts'
import { Estate } from '../../src/manager/inheritance.ts'
import type { Found, LaunchRecord } from '../../src/process/host.ts'
import type { EventDraft, EventType } from '../../src/protocol/events.ts'
import type { InstanceView } from '../../src/protocol/views.ts'
import type { Slot } from '../../src/supervisor/launch-order.ts'
import { emptyLedger, type ServiceLedger } from '../../src/supervisor/ledger.ts'
import { SpawnGate } from '../../src/supervisor/spawn-gate.ts'
import { Supervision } from '../../src/supervisor/supervision.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { FakeHost, type FakeProcess, recordOf } from '../../src/testing/fake-host.ts'
import { machineWith } from '../declaration/given.ts'

interface Given {
  /** What a former manager left. */
  readonly found?: readonly Found[]
  readonly isNewBoot?: boolean
  /** What a former manager remembered, by service id. */
  readonly ledgers?: Map<string, ServiceLedger>
  /** What an earlier manager had announced. */
  readonly told?: readonly EventDraft[]
}

/** How many launches may be under way at once. */
const places = 4

/** Where a home keeps things, in tests. */
export const around = {
  home: '/h',
  logs: '/h/logs',
  pids: '/h/pids',
  socket: '/h/s',
  host: 'a',
  ns: 'main',
}

/** The supervisors of one host, with nothing but fakes below them. */
export class Scene {
  readonly clock = new FakeClock()
  readonly host = new FakeHost()
  readonly board = new InstanceBoard()
  readonly ledgers: Map<string, ServiceLedger>
  /** Everything that was announced, oldest first. */
  readonly events: EventDraft[] = []
  readonly reports: string[] = []
  /** What the next looks of probes see; '' is well. */
  readonly sights: string[] = []
  /** Every command that was run, oldest first. */
  readonly looks: {
    readonly argv: readonly string[]
    readonly env: Readonly<Record<string, string>>
    readonly hook: string | undefined
  }[] = []
  /** What they see after that. */
  isWell = true
  /** Reloads that are over, and whether the new declaration holds. */
  readonly settled: (readonly [service: string, isNew: boolean])[] = []
  onReloaded = (): void => {}
  /** How often a ledger was written. */
  saves = 0
  readonly supervision: Supervision
  readonly #estate: Estate
  readonly #gate: SpawnGate
  #failingSaves = 0
  #held: Promise<void> | undefined

  constructor({ found = [], isNewBoot = false, ledgers = new Map(), told = [] }: Given = {}) {
    this.ledgers = ledgers
    this.#estate = new Estate(found, isNewBoot)
    this.#gate = new SpawnGate({ concurrent: places, perSecond: 10, burst: 100 }, this.clock)
    this.#gate.open()
    this.supervision = new Supervision({
      clock: this.clock,
      random: () => 0.5,
      host: this.host,
      gate: this.#gate,
      around,
      board: this.board,
      inheritance: this.#estate,
      prober: async (check, { env }) => {
        if (check.kind === 'exec') {
          this.looks.push({ argv: check.argv, env, hook: env['TROUPE_HOOK'] })
        }
        await this.#held
        return (this.sights.shift() ?? (this.isWell ? '' : `${check.kind} failed`)) || undefined
      },
      clues: {
        lastLines: async () => ['last words'],
        oomKills: () => 0,
        fullDisk: async () => undefined,
      },
      ledger: {
        load: (id) => this.ledgers.get(id) ?? emptyLedger,
        save: (id, ledger) => this.#save(id, ledger),
        forget: (id) => void this.ledgers.delete(id),
      },
      announce: (draft) => `e${this.events.push(draft)}`,
      isTold: (service, slotNumber, incarnation) =>
        told.some(
          (draft) =>
            draft.type === 'instance.exited' &&
            draft.service === service &&
            draft.slot === slotNumber &&
            draft.incarnation === incarnation,
        ),
      reloaded: (service, isNew) => {
        this.settled.push([service, isNew])
        this.onReloaded()
      },
      report: (what, thrown) => this.reports.push(`${what}: ${String(thrown)}`),
    })
  }

  /** The next write of a ledger throws, as only a defect could. */
  failNextSave(): void {
    this.#failingSaves += 1
  }

  /** Looks take until the returned function is called. */
  holdLook(): () => void {
    let end = (): void => {}
    this.#held = new Promise((resolve) => {
      end = () => {
        this.#held = undefined
        resolve()
      }
    })
    return () => end()
  }

  /** Nobody gets in any more: whoever wants to start waits. */
  blockGate(): void {
    for (let place = 0; place < places; place++) this.#gate.ask(false, () => {})
  }

  /** Begins to supervise services, and lets everything happen that needs no time. */
  async add(...services: readonly (readonly Slot[])[]): Promise<void> {
    for (const slots of services) this.supervision.add(slots)
    await this.settle()
  }

  /** The newest process comes to life. */
  async born(process: FakeProcess = this.host.latest): Promise<FakeProcess> {
    process.started()
    await this.settle()
    return process
  }

  /** A service with living processes, one for each slot. */
  async online(...services: readonly (readonly Slot[])[]): Promise<readonly FakeProcess[]> {
    const { length: before } = this.host.processes
    await this.add(...services)
    const born = this.host.processes.slice(before)
    for (const process of born) process.started()
    await this.settle()
    return born
  }

  async ends(process: FakeProcess | undefined, code = 1): Promise<void> {
    if (process === undefined) throw new Error('there is no such process')
    process.exit({ code }, this.clock.date())
    await this.settle()
  }

  async passes(ms: number): Promise<void> {
    await this.settle()
    this.clock.advance(ms)
    await this.settle()
  }

  /** Lets every message, every promise of a fake, and every timer that is due have its turn. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise(setImmediate)
      this.clock.advance(0)
    }
  }

  view(service: string, slot = 0): InstanceView {
    const view = this.board.view(service, slot)
    if (view === undefined) throw new Error(`nothing is known of ${service}#${slot}`)
    return view
  }

  /** `api exited`, `web online`: what happened to instances, oldest first. */
  told(...types: readonly EventType[]): readonly string[] {
    return this.events
      .filter(({ type }) => types.includes(type))
      .map(({ type, service = '' }) => `${service} ${type.split('.')[1]}`)
  }

  #save(id: string, ledger: ServiceLedger): void {
    if (this.#failingSaves > 0) {
      this.#failingSaves -= 1
      throw new Error('the ledger broke')
    }
    this.saves += 1
    this.ledgers.set(id, ledger)
  }
}

/** Slots of a service as its declaration means them; wanted up unless said otherwise. */
export function slotsOf(
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
  wanted: 'up' | 'down' = 'up',
): readonly Slot[] {
  const spec = specOf(name, fields)
  return Array.from({ length: spec.instances }, (_, slot) => ({
    serviceId: `id-${name}`,
    spec,
    inherited: {},
    slot,
    pmId: slot,
    wanted,
  }))
}

/** The record of an earlier launch of a slot. */
export function recordOfLaunch({ serviceId, spec, slot }: Slot, launch: number): LaunchRecord {
  return recordOf({
    service: spec.name,
    slot,
    launchId: `${serviceId}.${slot}.${launch}`,
    argv: ['node'],
    cwd: '/srv',
    env: {},
    files: { out: '/h/logs/out', error: '/h/logs/error' },
  })
}

function specOf(name: string, fields: Readonly<Record<string, unknown>>): ServiceSpec {
  const app = { name, script: '/srv/app.js', exec_mode: 'fork', ...fields }
  const { services } = declarationFrom(
    { raw: { apps: [app] }, root: '' },
    { cwd: '/srv', label: 'a test', bases: ['/srv'], machine: machineWith() },
  )
  const [spec] = services
  if (spec === undefined) throw new Error('nothing was declared')
  return spec
}
