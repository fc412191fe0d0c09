import { userInfo } from 'node:os'
import { sleep, systemClock } from '../base/clock.ts'
import { type Client, openClient } from '../control/client.ts'
import { inheritedFrom, troupeOver } from '../control/connect.ts'
import { homeAt } from '../control/home.ts'
import { whenLeft } from '../control/lock.ts'
import { managerProgram } from '../control/manager-program.ts'
import { ensureManager } from '../control/start-manager.ts'
import { startableFrom } from '../control/targets.ts'
import type { Outcome, Troupe } from '../control/troupe.ts'
import type { Declaration } from '../declaration/service.ts'
import { defaultsFrom } from './defaults.ts'
import { endWithUs } from './end-with-us.ts'
import { asProblems, isUnknown } from './errors.ts'
import { type ProcessDescription, processDescriptions } from './process-description.ts'
import { declarationFrom } from './start.ts'

/** What PM2 is given to name processes: a name, an id, `all`, a namespace, a file. */
export type Target = string | number

const partingMs = 5_000
/** So long a manager that comes by itself may take. */
const backMs = 10_000
const lookAgainMs = 50

/** Options as a program passes them: nothing is known of their values. */
export type Options = Readonly<Record<string, unknown>>

/** The connection behind an instance of PM2's API: made when it is needed, in PM2's terms. */
export class Link {
  readonly #home: string
  readonly #cwd: string
  #troupe: Promise<Troupe> | undefined
  #client: Client | undefined
  #isNew = false
  #tie: { readonly folder: string | undefined } | undefined

  constructor(home: string, cwd: string) {
    this.#home = home
    this.#cwd = cwd
  }

  /** Starts a manager where none runs. */
  open(): Promise<Troupe> {
    this.#troupe ??= this.#connect()
    this.#troupe.catch(() => (this.#troupe = undefined))
    return this.#troupe
  }

  /** The manager that follows one that died; undefined when none comes by itself. */
  async back(): Promise<Troupe | undefined> {
    const deadline = systemClock.now() + backMs
    while (systemClock.now() < deadline) {
      if (this.#troupe !== undefined) return this.#troupe
      // oxlint-disable-next-line no-await-in-loop
      const client = await openClient(homeAt(this.#home).socket).catch(() => undefined)
      if (client !== undefined) {
        this.#troupe ??= Promise.resolve(this.#holding(client))
        return this.#troupe
      }
      // oxlint-disable-next-line no-await-in-loop
      await sleep(systemClock, lookAgainMs)
    }
    return undefined
  }

  /** A manager that is started from now on ends with this program, and so does a folder that was made for it. */
  endWithUs(folder?: string): void {
    this.#tie ??= { folder }
  }

  /** Whether the manager had to be started for this connection. */
  get isNew(): boolean {
    return this.#isNew
  }

  async #connect(): Promise<Troupe> {
    const start = { argv: managerProgram(), env: process.env }
    const { client, isNew } = await ensureManager(homeAt(this.#home), start)
    this.#isNew = isNew
    if (isNew && this.#tie !== undefined) endWithUs(this.#home, this.#tie.folder)
    return this.#holding(client)
  }

  /** The manager's death is no event: the next call finds the one that follows it. */
  #holding(client: Client): Troupe {
    this.#client = client
    void client.closed.then(() => this.#forget(client))
    return troupeOver(client)
  }

  #forget(client: Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.#troupe = undefined
  }

  async close(): Promise<void> {
    const troupe = await this.#troupe?.catch(() => undefined)
    this.#troupe = undefined
    await troupe?.close()
  }

  /** Resolves once a manager that said it leaves is gone: from then on its home is nobody's. */
  async parted(): Promise<void> {
    await whenLeft(homeAt(this.#home), systemClock, partingMs)
    await this.close()
  }

  async declare(what: unknown, options: Options, how: 'restart' | 'reload'): Promise<Outcome> {
    const declaration = await this.read(what, options)
    const troupe = await this.open()
    const inherited = inheritedFrom(process.env)
    return troupe.command('declare', [], { declaration, inherited, how })
  }

  /** A file stands for those services in it that are there; PM2 says nothing of the others. */
  async namesOf(target: Target): Promise<readonly string[]> {
    const word = String(target)
    if (startableFrom(word) !== 'declaration') return [word]
    const { services } = await this.read(word, {})
    const troupe = await this.open()
    const here = new Set((await troupe.list()).map(({ service }) => service))
    return services.map(({ name }) => name).filter((name) => here.has(name))
  }

  /** The processes of a name or an id, and of nothing else that a target may mean; without one, all. */
  async called(target?: Target): Promise<readonly ProcessDescription[]> {
    if (target === undefined) return this.describe()
    const word = String(target)
    const found = await this.describe(word)
    return found.filter(({ name, pm_id }) => name === word || String(pm_id) === word)
  }

  /** What a target means, or all processes; none where it means nothing. */
  async describe(target?: Target): Promise<readonly ProcessDescription[]> {
    const troupe = await this.open()
    const instances = await troupe.list()
    if (instances.length === 0) return []
    const named = target === undefined ? undefined : String(target)
    const services = await troupe.describe(named ?? 'all').catch((thrown: unknown) => {
      if (isUnknown(thrown)) return []
      throw thrown
    })
    return processDescriptions(services, instances, userInfo().username)
  }

  /** What a script, a file or apps declare. */
  read(what: unknown, options: Options): Promise<Declaration> {
    const isScript = typeof what === 'string' && startableFrom(what) !== 'declaration'
    return declarationFrom(what, options, {
      cwd: this.#cwd,
      defaults: defaultsFrom(process.env),
    }).catch((thrown: unknown) => asProblems(thrown, isScript))
  }
}

/** @throws Error for a packet that PM2 would not send either */
export function packetIn([first, second]: readonly unknown[]): Options {
  const packet: Options = isRecord(first)
    ? { ...first }
    : { ...(isRecord(second) ? second : {}), id: first }
  for (const name of ['id', 'data', 'topic']) {
    if (packet[name] === undefined) throw new Error('ID, DATA or TOPIC field is missing')
  }
  return packet
}

/** Whether members can be asked for; lists count, as they do in PM2. */
export function isRecord(value: unknown): value is Options {
  return typeof value === 'object' && value !== null
}
