import { availableParallelism } from 'node:os'
import type { Clock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import type { Home } from '../control/home.ts'
import { type ForkHost, forkHost } from '../process/fork-host.ts'
import type { Found } from '../process/host.ts'
import { probe } from '../process/probe.ts'
import type { PrimaryLife } from '../process/primaries.ts'
import type { Surroundings } from '../supervisor/launch-order.ts'
import { SpawnGate, type SpawnLimits } from '../supervisor/spawn-gate.ts'
import { Supervision } from '../supervisor/supervision.ts'
import { InstanceBoard } from './board.ts'
import { systemClues } from './clues.ts'
import type { Config } from './config.ts'
import { identify } from './identity-file.ts'
import { Estate } from './inheritance.ts'
import { primaryEvent } from './primary-events.ts'
import type { Records } from './records.ts'

/** The supervisors of this host and what they stand on. */
export interface Tree {
  readonly processes: ForkHost
  /** What a former manager left, seen before anything was started. */
  readonly found: readonly Found[]
  readonly estate: Estate
  readonly board: InstanceBoard
  readonly gate: SpawnGate
  readonly around: Surroundings
  readonly supervision: Supervision
}

interface Options {
  readonly home: Home
  readonly config: Config
  readonly records: Records
  readonly clock: Clock
  /** A reload is over. */
  readonly reloaded: (service: string, isNew: boolean) => void
}

/** Looks at which processes are there, and sets up those who look after them; it starts and stops no service. */
export async function openTree({ home, config, records, clock, reloaded }: Options): Promise<Tree> {
  const { managerId, isNewBoot } = identify(home.stateDir)
  const { ledger, herald, journal, report, store } = records
  const tellOfPrimaries = (life: PrimaryLife): void => {
    const service = store.state.services.find(({ id }) => id === life.serviceId)
    herald.announce(primaryEvent(life, service?.spec.name))
  }
  const processes = await forkHost({ home: home.dir, managerId, clock, tellOfPrimaries })
  const found = await processes.survey()
  const estate = new Estate(found, isNewBoot)
  const board = new InstanceBoard()
  const gate = new SpawnGate(spawnLimits(), clock)
  const around = {
    home: home.dir,
    logs: home.logsDir,
    pids: home.pidsDir,
    socket: home.socket,
    host: config.host,
    ns: config.namespace,
  }
  const supervision = new Supervision({
    clock,
    random: systemRandom,
    host: processes,
    gate,
    around,
    ledger,
    board,
    clues: systemClues,
    prober: probe,
    inheritance: estate,
    announce: (draft) => herald.announce(draft),
    reloaded,
    isTold: (service, slot, incarnation) => journal.hasExit(service, slot, incarnation),
    report,
  })
  return { processes, found, estate, board, gate, around, supervision }
}

/** SUPERVISION §5.7. */
function spawnLimits(): SpawnLimits {
  const cores = availableParallelism()
  return { concurrent: 2 * cores, perSecond: 10, burst: 2 * cores }
}
