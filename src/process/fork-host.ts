import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { adoptProcess } from './adopt.ts'
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
import { readBootId, readCommandLine } from './proc.ts'
import { pruneSettled, settleRunDirectory } from './run-directory.ts'
import { survey } from './survey.ts'
import { sweep } from './sweep.ts'

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
}): Promise<ForkHost> {
  const root = join(options.home, 'run')
  await mkdir(root, { recursive: true, mode: 0o700 })
  const fifos = new FifoPool(join(root, '.spare'))
  await fifos.open()
  const { managerId, clock } = options
  const bootId = readBootId()
  const site = {
    root,
    managerId,
    bootId,
    clock,
    fifos,
    watched: new Set<ForkedProcess>(),
    outputs: new Set<OpenOutputs>(),
  }
  return new GuardedProcesses(site, procCensus(bootId))
}

class GuardedProcesses implements ForkHost {
  readonly #site: LaunchSite
  readonly #census: Census
  #settledSincePrune = 0

  constructor(site: LaunchSite, census: Census) {
    this.#site = site
    this.#census = census
  }

  prepare(order: LaunchOrder): Promise<PreparedLaunch> {
    return prepareLaunch(order, this.#site)
  }

  survey(): Promise<readonly Found[]> {
    const look = { census: this.#census, sweep: (cookie: string) => this.sweep(cookie) }
    return survey({ ...this.#site, ...look })
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
    const { watched, outputs, fifos } = this.#site
    for (const process of watched) process.release()
    await Promise.all([fifos.close(), ...[...outputs].map((one) => one.close())])
  }
}
