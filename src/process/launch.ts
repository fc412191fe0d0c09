import { closeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { errnoOf, messageOf, TroupeError } from '../base/errors.ts'
import type { AgentConfig } from './agent/config.ts'
import type { AgentDoors } from './agent-doors.ts'
import { type Invocation, withAgent } from './agent-launch.ts'
import { bakeCookie, cookieVariable } from './cookie.ts'
import type { FifoPool } from './fifo-pool.ts'
import { ForkedProcess, type ProcessOrigin } from './forked-process.ts'
import { type GuardOrder, spawnGuard } from './guard.ts'
import type { LaunchOrder, LaunchRecord, PreparedLaunch, ProcessEvents } from './host.ts'
import { writeIntent } from './intent.ts'
import { openReader, openWriter } from './lifeline.ts'
import { checkCwd, openOutputs, type OpenOutputs, resolveCommand } from './preflight.ts'
import { withinReach } from './reach.ts'
import { canNameDirectory, makeRunDirectory } from './run-directory.ts'
import { openStdin, placeStdin } from './stdin.ts'
import type { Switchboard } from './switchboard.ts'

/** What every launch of one host shares. */
export interface LaunchSite {
  /** `<home>/run`. */
  readonly root: string
  readonly managerId: string
  readonly bootId: string
  readonly clock: Clock
  readonly fifos: FifoPool
  /** The processes that are being watched now. */
  readonly watched: Set<ForkedProcess>
  /** The log files that are open for processes which are not spawned yet. */
  readonly outputs: Set<OpenOutputs>
  readonly switchboard: Switchboard
  /** Where agents find the manager. */
  readonly doors: AgentDoors
  /** A process is about to be asked to end: its primary, if it has one, must not start it again. */
  askedToEnd(record: LaunchRecord): void
}

/**
 * Checks an order, makes its run directory and writes its intent; what was made is removed again when a step fails.
 *
 * @throws TroupeError `E_PREFLIGHT`
 */
export async function prepareLaunch(
  order: LaunchOrder,
  site: LaunchSite,
  role?: LaunchRecord['role'],
): Promise<PreparedLaunch> {
  await checkCwd(order.cwd)
  const command = await resolveCommand(order)
  const reached = await withinReach(order, command)
  const socket = await socketFor(reached, site)
  const outputs = await openOutputs(order.files)
  site.outputs.add(outputs)
  try {
    const record = await writeDown(order, site, role)
    return new ForkLaunch({ order: reached, socket, record, command, outputs, site })
  } catch (error) {
    await closeOutputs(outputs, site)
    throw error
  }
}

/** Undefined for a process without an agent. */
async function socketFor(order: LaunchOrder, { doors }: LaunchSite): Promise<string | undefined> {
  return order.agent === true ? doors.for(order.user) : undefined
}

async function closeOutputs(outputs: OpenOutputs, site: LaunchSite): Promise<void> {
  site.outputs.delete(outputs)
  await outputs.close()
}

/**
 * Makes the run directory of a launch, with its lifeline and its intent.
 *
 * @throws TroupeError `E_PREFLIGHT`
 */
export async function writeDown(
  order: LaunchOrder,
  site: LaunchSite,
  role?: LaunchRecord['role'],
): Promise<LaunchRecord> {
  const { service, slot, launchId, argv, cwd, files, user } = order
  const dir = await claimDirectory(launchId, site)
  const cookie = bakeCookie(site.managerId, launchId)
  const at = site.clock.date().getTime()
  const record: LaunchRecord = {
    service,
    slot,
    launchId,
    cookie,
    argv,
    cwd,
    files,
    at,
    dir,
    ...(user === undefined ? {} : { user }),
    ...(role === undefined ? {} : { role }),
  }
  try {
    await site.fifos.place(join(dir, 'life'))
    if (hasStdin(order)) await placeStdin(dir, order.user, site.fifos)
    await writeIntent({ record, bootId: site.bootId })
    return record
  } catch (cause) {
    await rm(dir, { recursive: true, force: true })
    throw asPreflight(cause, `cannot write down the launch in ${dir}`)
  }
}

async function claimDirectory(launchId: string, site: LaunchSite): Promise<string> {
  if (!canNameDirectory(launchId)) {
    throw new TypeError(`a launch id must be able to name a directory: ${JSON.stringify(launchId)}`)
  }
  try {
    return await makeRunDirectory(site.root, launchId)
  } catch (cause) {
    const what =
      errnoOf(cause) === 'EEXIST' ? `launch ${launchId} exists` : 'cannot make a run directory'
    throw asPreflight(cause, what)
  }
}

function asPreflight(cause: unknown, what: string): TroupeError {
  if (TroupeError.is(cause, 'E_PREFLIGHT')) return cause
  const hint = 'see free space and permissions of the run directory in TROUPE_HOME'
  return new TroupeError('E_PREFLIGHT', `${what}: ${messageOf(cause)}`, { hint, cause })
}

interface Plan {
  readonly order: LaunchOrder
  readonly record: LaunchRecord
  /** The absolute path of the command. */
  readonly command: string
  /** Where its agent finds the manager; undefined without one. */
  readonly socket: string | undefined
  readonly outputs: OpenOutputs
  readonly site: LaunchSite
}

class ForkLaunch implements PreparedLaunch {
  readonly record: LaunchRecord
  readonly #plan: Plan
  #isOpen = true

  constructor(plan: Plan) {
    this.record = plan.record
    this.#plan = plan
  }

  async spawn(events: ProcessEvents): Promise<ForkedProcess> {
    if (!this.#isOpen) throw new TroupeError('E_SPAWN', `launch ${this.record.launchId} is over`)
    this.#isOpen = false
    const { outputs, site } = this.#plan
    try {
      return await this.#start(events, site)
    } catch (error) {
      await rm(this.record.dir, { recursive: true, force: true })
      throw error
    } finally {
      await closeOutputs(outputs, site)
    }
  }

  async abandon(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await closeOutputs(this.#plan.outputs, this.#plan.site)
    await rm(this.record.dir, { recursive: true, force: true })
  }

  async #start(events: ProcessEvents, site: LaunchSite): Promise<ForkedProcess> {
    const { record } = this
    const [reader, writer] = openLifeline(join(record.dir, 'life'))
    let stdin: number | undefined
    try {
      if (hasStdin(this.#plan.order)) stdin = openStdin(record.dir)
      const guardPid = await spawnGuard(this.#guardOrder(writer, stdin))
      return watchNew({ record, guardPid, events, reader }, site)
    } catch (error) {
      closeSync(reader)
      throw error
    } finally {
      closeSync(writer)
      if (stdin !== undefined) closeSync(stdin)
    }
  }

  #guardOrder(lifeline: number, stdin: number | undefined): GuardOrder {
    const { order, socket, record, command, outputs } = this.#plan
    const { dir, cookie } = record
    const { out, error } = outputs
    const plain = invocationOf(order, command, cookie)
    const invocation =
      socket === undefined
        ? plain
        : withAgent(plain, { kind: 'fork', socket, cookie, ...stampIn(order) })
    const { cwd, user = {} } = order
    return { ...invocation, dir, cwd, user, stdin, out, error, lifeline }
  }
}

/** The workers of a service have none of their own. */
function hasStdin({ hasStdin: isWanted, cluster }: LaunchOrder): boolean {
  return isWanted === true && cluster === undefined
}

/** What an order says of stamps, for its agent. */
export function stampIn({ stamp }: LaunchOrder): Pick<AgentConfig, 'stamp'> {
  return stamp === undefined ? {} : { stamp }
}

/** What an order runs, with the absolute path of its command and with its cookie. */
export function invocationOf(order: LaunchOrder, command: string, cookie: string): Invocation {
  const [, ...args] = order.argv
  return {
    argv: [command, ...args],
    // PWD keeps the path as the user wrote it, where a shell would resolve its links.
    env: { ...order.env, PWD: order.cwd, [cookieVariable]: cookie },
  }
}

/** Watches a process that was started a moment ago; owns the reader of its lifeline. */
export function watchNew(
  of: Pick<ProcessOrigin, 'record' | 'guardPid' | 'events'> & { readonly reader: number },
  site: LaunchSite,
): ForkedProcess {
  const { reader, ...origin } = of
  const forget = (over: ForkedProcess): unknown => site.watched.delete(over)
  const process = new ForkedProcess({ ...site, ...origin, main: undefined, forget })
  site.watched.add(process)
  process.watch(reader)
  return process
}

/** The reader first: a lifeline that is read before it has a writer looks like one that has ended. */
function openLifeline(path: string): [reader: number, writer: number] {
  let reader: number | undefined
  try {
    reader = openReader(path)
    return [reader, openWriter(path)]
  } catch (cause) {
    if (reader !== undefined) closeSync(reader)
    throw new TroupeError('E_SPAWN', `cannot open a lifeline: ${messageOf(cause)}`, { cause })
  }
}
