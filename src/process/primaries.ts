import { join } from 'node:path'
import { TroupeError } from '../base/errors.ts'
import { describeExit, type Exit } from '../base/exit.ts'
import { shortId } from '../base/ids.ts'
import { adoptProcess } from './adopt.ts'
import { primaryFile } from './built-file.ts'
import type { Found, LaunchOrder, LaunchRecord, ManagedProcess, ProcessEvents } from './host.ts'
import { parseLaunchId } from './launch-id.ts'
import { type LaunchSite, prepareLaunch } from './launch.ts'
import { type PrimaryConfig, primaryVariable, type WorkerOrder } from './primary/words.ts'
import { primaryLaunchId, settleRunDirectory } from './run-directory.ts'
import { ServicePrimary } from './service-primary.ts'

/** What of a worker's environment its primary gets as well: what a Node may need to run at all. */
const sharedVariables = ['PATH', 'LD_LIBRARY_PATH', 'HOME', 'TMPDIR']

/** One that ends may have been about to; the third in a row cannot live. */
const enoughTries = 3

/** What a primary is started for. */
export interface WorkerOf {
  readonly order: LaunchOrder
  /** The absolute path of the Node of the service. */
  readonly command: string
}

/** What happens to primaries, for whoever wants to tell of it. */
export type PrimaryLife =
  | { readonly kind: 'up'; readonly serviceId: string; readonly pid: number }
  | { readonly kind: 'adopted'; readonly serviceId: string; readonly pid: number }
  /** It ended because nobody needed it. */
  | { readonly kind: 'retired'; readonly serviceId: string }
  /** It ended otherwise: so do its workers, unless they accept connections themselves. */
  | { readonly kind: 'lost'; readonly serviceId: string; readonly exit: Exit }

/** The primaries of a home, one a service, each as long as its service has workers. */
export class Primaries {
  readonly #site: LaunchSite
  readonly #tell: (life: PrimaryLife) => void
  /** Those that are starting or running, by service id. */
  readonly #primaries = new Map<string, Promise<ServicePrimary>>()
  readonly #running = new Map<string, ServicePrimary>()

  constructor(site: LaunchSite, tell: (life: PrimaryLife) => void = () => {}) {
    this.#site = site
    this.#tell = tell
  }

  /**
   * Has a worker forked, by a primary that is started where there is none; returns the primary's pid.
   *
   * @throws TroupeError `E_SPAWN`
   */
  async fork(worker: WorkerOrder, of: WorkerOf): Promise<number | undefined> {
    const id = serviceIdOf(of.order)
    for (let tries = 1; ; tries++) {
      // oxlint-disable-next-line no-await-in-loop
      const primary = await (this.#primaries.get(id) ?? this.#start(id, of))
      // oxlint-disable-next-line no-await-in-loop
      if (await isForkedBy(primary, worker)) return primary.process.main?.pid
      // It was about to end, and has done nothing: the next one will.
      // oxlint-disable-next-line no-await-in-loop
      const exit = await primary.leave()
      if (!primary.isLeaving && tries >= enoughTries) throw endedAtOnce(of, exit)
    }
  }

  /** Takes over a primary that a former manager started; it decides nothing itself from then on. */
  async adopt(found: Extract<Found, { kind: 'alive' }>): Promise<void> {
    const id = serviceIdOf(found.record)
    if (this.#primaries.has(id)) return
    const primary = await this.#begin(id, async (events) => adoptProcess(found, events, this.#site))
    this.#tell({ kind: 'adopted', serviceId: id, pid: found.main.pid })
    // Whoever needs it is told why it cannot be reached; its workers run on without.
    await primary.reach().catch(() => {})
  }

  /** A worker is about to be asked to end. */
  askedToEnd(record: LaunchRecord): void {
    if (record.role !== 'worker') return
    this.#running.get(serviceIdOf(record))?.askedToEnd(record.cookie)
  }

  /** A worker gets its share of connections from now on. */
  trust(record: LaunchRecord): void {
    if (record.role !== 'worker') return
    this.#running.get(serviceIdOf(record))?.trust(record.cookie)
  }

  /** Resolves at once: a primary ends with its last worker. */
  async retire(serviceId: string): Promise<void> {
    const primary = await this.#primaries.get(serviceId)?.catch(() => undefined)
    const link = await primary?.reach().catch(() => undefined)
    link?.retire()
  }

  /** Hangs up; the primaries decide themselves from now on. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#primaries.values())
    for (const primary of this.#running.values()) primary.close()
  }

  async #start(id: string, of: WorkerOf): Promise<ServicePrimary> {
    return this.#begin(id, async (events) => {
      const order = primaryOrder(id, of, this.#site)
      const prepared = await prepareLaunch(order, this.#site, 'primary')
      return prepared.spawn(events)
    })
  }

  #begin(
    id: string,
    start: (events: ProcessEvents) => Promise<ManagedProcess>,
  ): Promise<ServicePrimary> {
    const begun = this.#watched(id, start)
    this.#primaries.set(id, begun)
    begun.catch(() => this.#primaries.delete(id))
    return begun
  }

  async #watched(
    id: string,
    start: (events: ProcessEvents) => Promise<ManagedProcess>,
  ): Promise<ServicePrimary> {
    let primary: ServicePrimary | undefined
    let early: Exit | undefined
    const process = await start({
      started: ({ pid }) => this.#tell({ kind: 'up', serviceId: id, pid }),
      exited: (exit) => {
        if (primary === undefined) early = exit
        else this.#ended(id, primary, exit)
      },
    })
    primary = new ServicePrimary(process, this.#site)
    this.#running.set(id, primary)
    // It may have ended before anybody knew it.
    if (early !== undefined) this.#ended(id, primary, early)
    return primary
  }

  #ended(id: string, primary: ServicePrimary, exit: Exit): void {
    this.#primaries.delete(id)
    this.#running.delete(id)
    primary.ended(exit)
    this.#tell(
      primary.isLeaving
        ? { kind: 'retired', serviceId: id }
        : { kind: 'lost', serviceId: id, exit },
    )
    settleRunDirectory(primary.process.record.dir).catch(() => {})
  }
}

/** False when the primary is about to end, or has ended, without having looked at the order. */
async function isForkedBy(primary: ServicePrimary, worker: WorkerOrder): Promise<boolean> {
  const link = await primary.reach().catch((error: unknown) => {
    if (!primary.isGone) throw error
  })
  return link !== undefined && (await primary.within(link.fork(worker))) === 'forked'
}

function endedAtOnce({ order: { service, files }, command }: WorkerOf, exit: Exit): TroupeError {
  const why = `the primary of ${service} ended at once, with ${describeExit(exit)}`
  const hint = `cluster mode needs a Node that works; is ${command} one? See ${files.error}`
  return new TroupeError('E_SPAWN', why, { hint })
}

/** What a launch id of a service begins with. */
export function serviceIdOf({ launchId }: { readonly launchId: string }): string {
  return parseLaunchId(launchId).serviceId
}

function primaryOrder(id: string, { order, command }: WorkerOf, site: LaunchSite): LaunchOrder {
  const launchId = primaryLaunchId(id, shortId())
  const { root, managerId, bootId } = site
  const scheduling = order.cluster?.scheduling ?? 'rr'
  const config: PrimaryConfig = { dir: join(root, launchId), root, managerId, bootId, scheduling }
  const shared = Object.entries(order.env).filter(([name]) => sharedVariables.includes(name))
  return {
    service: order.service,
    slot: -1,
    launchId,
    // The last word does nothing but show people whose primary it is.
    argv: [command, primaryFile, order.service],
    cwd: root,
    env: { ...Object.fromEntries(shared), [primaryVariable]: JSON.stringify(config) },
    files: { out: '/dev/null', error: order.files.error },
  }
}
