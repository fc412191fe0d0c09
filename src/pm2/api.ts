import { resolve } from 'node:path'
import { startableFrom } from '../control/targets.ts'
import { Bus } from './bus.ts'
import { type Callback, Calls, split } from './calls.ts'
import { type Places, placesFrom } from './home.ts'
import { independentHome } from './independent.ts'
import { asPm2, isRecord, Link, type Options, packetIn, type Target } from './link.ts'
import type { ProcessDescription } from './process-description.ts'
import { type SentLine, sendLine } from './stdin-line.ts'
import { type ActedProcess, actedProcess, type ProcessHandle, processHandle } from './shapes.ts'

/** What `new pm2.custom()` takes; what belongs to PM2's own services is read and left aside. */
export interface CustomOptions {
  readonly cwd?: string
  readonly pm2_home?: string
  /** A manager of its own, in a home that ends with the program. */
  readonly independent?: boolean
  readonly daemon_mode?: boolean
  readonly machine_name?: string
  readonly public_key?: string
  readonly secret_key?: string
}

/** What PM2 says where a target means nothing. */
const notFound = 'process or namespace not found'

/**
 * PM2's programmatic API (PM2-BEHAVIOUR §6) over a manager of Troupe: callbacks `(error, result)`, calls in order, connected
 * on demand.
 */
export class Pm2 {
  readonly cwd: string
  readonly pm2_home: string
  readonly daemon_mode: boolean
  readonly #places: Places
  readonly #calls = new Calls()
  readonly #link: Link
  #bus: Bus | undefined

  constructor(options: CustomOptions = {}) {
    const { cwd = process.cwd(), pm2_home: home, independent = false, daemon_mode } = options
    if (independent && home !== undefined) {
      throw new Error('You cannot set a pm2_home and independent instance in same time')
    }
    this.cwd = resolve(cwd)
    this.#places = placesFrom(process.env, independent ? independentHome() : home)
    this.pm2_home = this.#places.pm2Home
    this.#link = new Link(this.#places.home, this.cwd)
    this.daemon_mode = daemon_mode ?? true
  }

  connect(...rest: readonly unknown[]): void {
    const { done } = split<unknown>(rest)
    this.#calls.run(async () => {
      await this.#link.open()
      const { home } = this.#places
      return {
        new_pm2_instance: false,
        pm2_home: this.pm2_home,
        rpc_socket_file: `${home}/manager.sock`,
      }
    }, done)
  }

  /** Ends the connection, so that the caller can end; services and manager stay. */
  disconnect(done?: Callback<{ readonly success: true }>): void {
    this.#calls.run(async () => {
      this.#bus?.close()
      await this.#link.close()
      return { success: true } as const
    }, done)
  }

  close(done?: Callback<{ readonly success: true }>): void {
    this.disconnect(done)
  }

  start(what: unknown, ...rest: readonly unknown[]): void {
    const { options, done } = split<readonly ProcessHandle[]>(rest)
    this.#calls.run(() => this.#start(what, optionsIn(options)), done)
  }

  stop(target: Target, ...rest: readonly unknown[]): void {
    this.#act('stop', target, rest)
  }

  restart(target: unknown, ...rest: readonly unknown[]): void {
    this.#again('restart', target, rest)
  }

  reload(target: unknown, ...rest: readonly unknown[]): void {
    this.#again('reload', target, rest)
  }

  delete(target: Target, ...rest: readonly unknown[]): void {
    this.#act('delete', target, rest)
  }

  list(...rest: readonly unknown[]): void {
    const { done } = split<readonly ProcessDescription[]>(rest)
    this.#calls.run(() => this.#link.describe(), done)
  }

  describe(target: Target, done?: Callback<readonly ProcessDescription[]>): void {
    this.#calls.run(() => this.#link.describe(String(target)), done)
  }

  getProcessIdByName(name: string, done?: Callback<readonly number[]>): void {
    this.#calls.run(async () => {
      const found = await this.#link.describe(name)
      return found.map(({ pm_id }) => pm_id)
    }, done)
  }

  getPID(...rest: readonly unknown[]): void {
    const { options, done } = split<readonly number[]>(rest)
    this.#calls.run(async () => {
      const found = await this.#link.describe(targetIn(options))
      return found.map(({ pid }) => pid)
    }, done)
  }

  scale(name: string, count: Target, done?: Callback<{ readonly success: true }>): void {
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      const has = (await this.#link.describe(name)).length
      if (has === 0) throw new Error('App not found')
      const wanted = String(count)
      if (!/^[+-]/.test(wanted) && Number(wanted) === has) throw new Error('Same process number')
      await troupe.command('scale', name, { to: wanted })
      return { success: true } as const
    }, done)
  }

  reset(target: Target, done?: Callback<{ readonly success: true }>): void {
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      await troupe.command('reset', String(target), {}).catch(asPm2('Unknown process name'))
      return { success: true } as const
    }, done)
  }

  sendSignalToProcessId(
    signal: string,
    id: Target,
    done?: Callback<readonly ActedProcess[]>,
  ): void {
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      const { instances } = await troupe.command('signal', String(id), { signal })
      return instances.map(actedProcess)
    }, done)
  }

  sendSignalToProcessName(
    signal: string,
    name: string,
    done?: Callback<readonly ActedProcess[]>,
  ): void {
    this.sendSignalToProcessId(signal, name, done)
  }

  /** `(id, packet, done)` or `(packetWithId, done)`; a packet needs `topic` and `data`. */
  sendDataToProcessId(...given: readonly unknown[]): void {
    const { options, done } = split<{ readonly success: true; readonly data: unknown }>(given)
    this.#calls.run(async () => {
      const packet = packetIn(options)
      const troupe = await this.#link.open()
      await troupe.command('send', String(packet['id']), { data: packet })
      return { success: true, data: packet } as const
    }, done)
  }

  /** `(id, line, done)` or `(id, line, separator, done)`. */
  sendLineToStdin(...given: readonly unknown[]): void {
    const { options, done } = split<SentLine>(given)
    this.#calls.run(() => sendLine(this.#link, options), done)
  }

  flush(...given: readonly unknown[]): void {
    const { options, done } = split<readonly ProcessDescription[]>(given)
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      const all = await this.#link.describe()
      if (all.length > 0) await troupe.command('flush', String(targetIn(options) ?? 'all'), {})
      return all
    }, done)
  }

  /** Logs are appended to by their services, so there is nothing to open again. */
  reloadLogs(done?: Callback<{ readonly success: true }>): void {
    this.#calls.run(async () => ({ success: true }) as const, done)
  }

  dump(...rest: readonly unknown[]): void {
    const { done } = split<{ readonly success: true }>(rest)
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      const { services } = await troupe.command('save', [], {})
      if (services === 0) throw new Error('Process list empty, cannot save empty list')
      return { success: true } as const
    }, done)
  }

  autodump(done?: Callback<void>): void {
    // What should run is on disk already.
    this.#calls.run(async () => {}, done)
  }

  resurrect(done?: Callback<readonly ActedProcess[]>): void {
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      return (await troupe.command('resurrect', [], {})).instances.map(actedProcess)
    }, done)
  }

  killDaemon(done?: Callback<{ readonly success: true }>): void {
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      await troupe.command('kill', [], {})
      this.#bus?.close()
      await this.#link.close()
      return { success: true } as const
    }, done)
  }

  kill(done?: Callback<{ readonly success: true }>): void {
    this.killDaemon(done)
  }

  ping(done?: Callback<{ readonly msg: 'pong' }>): void {
    this.#calls.run(async () => {
      await (await this.#link.open()).ping()
      return { msg: 'pong' } as const
    }, done)
  }

  getVersion(done?: Callback<string>): void {
    this.#calls.run(async () => (await (await this.#link.open()).ping()).version, done)
  }

  launchBus(done: Callback<Bus>): void {
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      this.#bus = new Bus({ troupe, describe: (service) => this.#link.describe(service) })
      return this.#bus
    }, done)
  }

  async #start(what: unknown, options: Options): Promise<readonly ProcessHandle[]> {
    const troupe = await this.#link.open()
    const isName = typeof what === 'string' && startableFrom(what) === 'service'
    const outcome =
      isName && (await this.#link.describe(what)).length > 0
        ? await troupe.command('restart', what, {})
        : await this.#link.declare(what, options, 'restart')
    const ids = new Set(outcome.instances.map(({ id }) => id))
    return (await this.#link.describe()).filter(({ pm_id }) => ids.has(pm_id)).map(processHandle)
  }

  #act(op: 'stop' | 'delete', target: Target, rest: readonly unknown[]): void {
    const { done } = split<readonly ActedProcess[]>(rest)
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      const names = await this.#link.namesOf(target)
      const { instances } = await troupe.command(op, names, {}).catch(asPm2(notFound))
      return instances.map(actedProcess)
    }, done)
  }

  #again(op: 'restart' | 'reload', target: unknown, rest: readonly unknown[]): void {
    const { options, done } = split<readonly ActedProcess[]>(rest)
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      const { instances } = isDeclared(target)
        ? await this.#link.declare(target, optionsIn(options), op)
        : await troupe.command(op, String(targetIn([target])), {}).catch(asPm2(notFound))
      return instances.map(actedProcess)
    }, done)
  }
}

function optionsIn([options]: readonly unknown[]): Options {
  return isRecord(options) ? options : {}
}

function targetIn([target]: readonly unknown[]): Target | undefined {
  return typeof target === 'string' || typeof target === 'number' ? target : undefined
}

/** An app, several, or the name of a file with some. */
function isDeclared(target: unknown): boolean {
  if (isRecord(target)) return true
  return typeof target === 'string' && startableFrom(target) === 'declaration'
}
