import { closeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, TroupeError } from '../base/errors.ts'
import { withAgent } from './agent-launch.ts'
import type { ForkedProcess } from './forked-process.ts'
import type {
  ClusterOrder,
  LaunchOrder,
  LaunchRecord,
  PreparedLaunch,
  ProcessEvents,
} from './host.ts'
import { invocationOf, stampIn, type LaunchSite, watchNew, writeDown } from './launch.ts'
import { openReader } from './lifeline.ts'
import { checkCwd, openOutputs, resolveCommand } from './preflight.ts'
import type { Primaries } from './primaries.ts'
import { defaultAutonomy } from './primary/autonomy.ts'
import type { WorkerOrder } from './primary/words.ts'
import { withinReach } from './reach.ts'

/** What launching a worker needs beyond what every launch does. */
export interface WorkerSite extends LaunchSite {
  readonly primaries: Primaries
  /** Kills whatever carries the cookie. */
  sweep(cookie: string): Promise<unknown>
}

/** An order that has a {@link ClusterOrder}. */
export type ClusteredOrder = LaunchOrder & { readonly cluster: ClusterOrder }

/**
 * Prepares the launch of a worker: the same checks, the same run directory, the same intent.
 *
 * @throws TroupeError `E_PREFLIGHT`
 */
export async function prepareWorker(
  order: ClusteredOrder,
  site: WorkerSite,
): Promise<PreparedLaunch> {
  await checkCwd(order.cwd)
  const command = await resolveCommand(order)
  const reached = await withinReach(order, command)
  // The primary opens them itself; that they can be opened is known here.
  await (await openOutputs(order.files)).close()
  const record = await writeDown(order, site, 'worker')
  return new WorkerLaunch({ order: reached, record, command }, site)
}

interface Plan {
  readonly order: ClusteredOrder
  readonly record: LaunchRecord
  readonly command: string
}

class WorkerLaunch implements PreparedLaunch {
  readonly record: LaunchRecord
  readonly #plan: Plan
  readonly #site: WorkerSite
  #isOpen = true

  constructor(plan: Plan, site: WorkerSite) {
    this.record = plan.record
    this.#plan = plan
    this.#site = site
  }

  async spawn(events: ProcessEvents): Promise<ForkedProcess> {
    const { launchId, dir, cookie } = this.record
    if (!this.#isOpen) throw new TroupeError('E_SPAWN', `launch ${launchId} is over`)
    this.#isOpen = false
    const reader = openLifeline(join(dir, 'life'))
    try {
      const { order, command } = this.#plan
      const guardPid = await this.#site.primaries.fork(workerOrder(this.#plan), { order, command })
      return watchNew({ record: this.record, guardPid, events, reader }, this.#site)
    } catch (error) {
      closeSync(reader)
      // An order whose answer was lost may have been obeyed.
      await this.#site.sweep(cookie)
      await rm(dir, { recursive: true, force: true })
      throw error
    }
  }

  async abandon(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await rm(this.record.dir, { recursive: true, force: true })
  }
}

function workerOrder({ order, record, command }: Plan): WorkerOrder {
  const { nodeArgs, scheduling, autonomy = defaultAutonomy, isHeldBack } = order.cluster
  const plain = invocationOf(order, command, record.cookie)
  const isAgent = order.agent === true
  const { argv, env } = isAgent
    ? withAgent(plain, { kind: 'worker', scheduling, ...stampIn(order) })
    : plain
  const added = argv.length - plain.argv.length
  const scriptAt = 1 + nodeArgs + added
  const script = argv[scriptAt]
  if (script === undefined) throw new TypeError('the order of a worker names no script')
  const execArgv = argv.slice(1, scriptAt)
  const args = argv.slice(scriptAt + 1)
  const { cwd, user = {} } = order
  const program = { execArgv, script, args, cwd, user, env }
  return { record, program, autonomy, ...(isHeldBack === true ? { isHeldBack } : {}) }
}

function openLifeline(path: string): number {
  try {
    return openReader(path)
  } catch (cause) {
    throw new TroupeError('E_SPAWN', `cannot open a lifeline: ${messageOf(cause)}`, { cause })
  }
}
