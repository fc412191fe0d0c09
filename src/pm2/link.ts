import { userInfo } from 'node:os'
import { TroupeError } from '../base/errors.ts'
import { connectTo, inheritedFrom } from '../control/connect.ts'
import { managerProgram } from '../control/manager-program.ts'
import { startableFrom } from '../control/targets.ts'
import type { Outcome, Troupe } from '../control/troupe.ts'
import type { Declaration } from '../declaration/service.ts'
import { defaultsFrom } from './defaults.ts'
import { type ProcessDescription, processDescriptions } from './process-description.ts'
import { declarationFrom } from './start.ts'

/** What PM2 is given to name processes: a name, an id, `all`, a namespace, a file. */
export type Target = string | number

export type Options = Readonly<Record<string, unknown>>

/** The connection behind an instance of PM2's API: made when it is needed, in PM2's terms. */
export class Link {
  readonly #home: string
  readonly #cwd: string
  #troupe: Promise<Troupe> | undefined

  constructor(home: string, cwd: string) {
    this.#home = home
    this.#cwd = cwd
  }

  /** Starts a manager where none runs. */
  open(): Promise<Troupe> {
    this.#troupe ??= connectTo(async () => managerProgram(), {
      home: this.#home,
      startManager: true,
    })
    this.#troupe.catch(() => (this.#troupe = undefined))
    return this.#troupe
  }

  async close(): Promise<void> {
    const troupe = await this.#troupe?.catch(() => undefined)
    this.#troupe = undefined
    await troupe?.close()
  }

  async declare(what: unknown, options: Options, how: 'restart' | 'reload'): Promise<Outcome> {
    const declaration = await this.#declarationFrom(what, options)
    const troupe = await this.open()
    const inherited = inheritedFrom(process.env)
    return troupe.command('declare', [], { declaration, inherited, how })
  }

  /** A file stands for the services in it. */
  async namesOf(target: Target): Promise<readonly string[]> {
    const word = String(target)
    if (startableFrom(word) !== 'declaration') return [word]
    const { services } = await this.#declarationFrom(word, {})
    return services.map(({ name }) => name)
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
    const all = processDescriptions(services, instances, userInfo().username)
    const isId = named !== undefined && /^\d+$/.test(named)
    return isId ? all.filter(({ pm_id, name }) => pm_id === Number(named) || name === named) : all
  }

  #declarationFrom(what: unknown, options: Options): Promise<Declaration> {
    return declarationFrom(what, options, {
      cwd: this.#cwd,
      defaults: defaultsFrom(process.env),
    })
  }
}

function isUnknown(thrown: unknown): boolean {
  return TroupeError.is(thrown, 'E_NO_SUCH_SERVICE') || TroupeError.is(thrown, 'E_REJECTED')
}

/** What is said where a target means nothing, as PM2 words it. */
export function asPm2(message: string) {
  return (thrown: unknown): never => {
    if (isUnknown(thrown)) throw new Error(message, { cause: thrown })
    throw thrown
  }
}

/** @throws Error for a packet that PM2 would not send either */
export function packetIn([first, second]: readonly unknown[]): Options {
  const packet: Options = isRecord(first)
    ? { ...first }
    : { ...(isRecord(second) ? second : {}), id: first }
  for (const name of ['id', 'data', 'topic']) {
    if (packet[name] === undefined) throw new Error(`${name} is missing in the packet`)
  }
  return packet
}

export function isRecord(value: unknown): value is Options {
  return typeof value === 'object' && value !== null
}
