import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { adoptProcess } from './adopt.ts'
import { AgentDoors } from './agent-doors.ts'
import { type Census, procCensus } from './census.ts'
import { FifoPool } from './fifo-pool.ts'
import type { ForkedProcess } from './forked-process.ts'
import type {
  Found,
  LaunchOrder,
  LaunchRecord,
  ManagedProcess,
  PreparedLaunch,
  ProcessEvents,
  ProcessHost,
  Survivor,
} from './host.ts'
import { isAlive, sendSignal } from './identity.ts'
import { type LaunchSite, prepareLaunch } from './launch.ts'
import { type OpenOutputs } from './preflight.ts'
import { Primaries, type PrimaryLife } from './primaries.ts'
import { readBootId, readCommandLine } from './proc.ts'
import { pruneSettled, settleRunDirectory } from './run-directory.ts'
import { survey, surveyPrimaries } from './survey.ts'
import { sweep } from './sweep.ts'
import { Switchboard } from './switchboard.ts'
import { prepareWorker } from './worker-launch.ts'

/** Settled launches are pruned after this many more of them, because pruning reads the whole directory. */
const pruneEvery = 10

/** A {@link ProcessHost} of real processes, until it is closed. */
export interface ForkHost extends ProcessHost {
  /** Stops watching all processes, leaves them alone, and closes every descriptor. */
  close(): Promise<void>
}

/**
 * Opens the process host of a home. There must be one at a time: whoever opens it holds the lock of the home.
 *
 * @throws TroupeError `E_FAILED` where there is no `/proc`
 */
export async function forkHost(options: {
  readonly home: string
  readonly managerId: string
  readonly clock: Clock
  /** Hears what happens to the primaries of clustered services. */
  readonly tellOfPrimaries?: (life: PrimaryLife) => void
}): Promise<ForkHost> {
  const root = join(options.home, 'run')
  await mkdir(root, { recursive: true, mode: 0o700 })
  const fifos = new FifoPool(join(root, '.spare'))
  await fifos.open()
  const { managerId, clock } = options
  const bootId = readBootId()
  const switchboard = new Switchboard()
  const doors = new AgentDoors(options, switchboard)
  const site = {
    root,
    managerId,
    bootId,
    clock,
    fifos,
    watched: new Set<ForkedProcess>(),
    outputs: new Set<OpenOutputs>(),
    switchboard,
    doors,
    askedToEnd: (record: LaunchRecord) => primaries.askedToEnd(record),
  }
  const primaries = new Primaries(site, options.tellOfPrimaries)
  await doors.open()
  return new RealProcesses({ site, primaries, census: procCensus(bootId) })
}

interface Parts {
  readonly site: LaunchSite
  readonly primaries: Primaries
  readonly census: Census
}

class RealProcesses implements ForkHost {
  readonly #site: LaunchSite
  readonly #parts: Parts
  readonly #census: Census
  #settledSincePrune = 0

  constructor(parts: Parts) {
    this.#parts = parts
    this.#site = parts.site
    this.#census = parts.census
  }

  prepare(order: LaunchOrder): Promise<PreparedLaunch> {
    const { cluster } = order
    if (cluster === undefined) return prepareLaunch(order, this.#site)
    const { primaries } = this.#parts
    const sweep = (cookie: string): Promise<unknown> => this.sweep(cookie)
    return prepareWorker({ ...order, cluster }, { ...this.#site, primaries, sweep })
  }

  /** The primaries first: once they are taken over, nothing happens any more that nobody asked for. */
  async survey(): Promise<readonly Found[]> {
    const look = {
      ...this.#site,
      census: this.#census,
      sweep: (cookie: string) => this.sweep(cookie),
    }
    for (const found of await surveyPrimaries(look)) {
      // oxlint-disable-next-line no-await-in-loop
      if (found.kind === 'alive') await this.#parts.primaries.adopt(found)
      // oxlint-disable-next-line no-await-in-loop
      else if (found.kind !== 'orphan') await this.settle(found.record)
    }
    return survey(look)
  }

  trust(record: LaunchRecord): void {
    this.#parts.primaries.trust(record)
  }

  retirePrimary(serviceId: string): Promise<void> {
    return this.#parts.primaries.retire(serviceId)
  }

  adopt(found: Extract<Found, { kind: 'alive' }>, events: ProcessEvents): ManagedProcess {
    return adoptProcess(found, events, this.#site)
  }

  sweep(cookie: string): Promise<readonly Survivor[]> {
    const { bootId, clock } = this.#site
    return sweep(cookie, {
      clock,
      census: this.#census,
      kill: (identity) => sendSignal(identity, bootId, 'SIGKILL'),
      isAlive: (identity) => isAlive(identity, bootId),
      commandOf: readCommandLine,
    })
  }

  async settle(record: LaunchRecord): Promise<void> {
    await settleRunDirectory(record.dir)
    this.#settledSincePrune++
    if (this.#settledSincePrune < pruneEvery) return
    this.#settledSincePrune = 0
    await pruneSettled(this.#site.root)
  }

  async close(): Promise<void> {
    const { watched, outputs, fifos, doors } = this.#site
    const { primaries } = this.#parts
    for (const process of watched) process.release()
    await Promise.all([primaries.close(), doors.close()])
    await Promise.all([fifos.close(), ...[...outputs].map((one) => one.close())])
  }
}
