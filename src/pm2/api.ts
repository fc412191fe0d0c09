import { resolve } from 'node:path'
import {
  act,
  type Acted,
  again,
  optionsIn,
  reset,
  scale,
  sendData,
  signal,
  start,
  success,
  type Success,
  targetIn,
} from './acting.ts'
import { Bus } from './bus.ts'
import { type Callback, Calls, split } from './calls.ts'
import { type Places, placesFrom } from './home.ts'
import { independentHome } from './independent.ts'
import { Link, type Target } from './link.ts'
import type { ProcessDescription } from './process-description.ts'
import { type ActedProcess, actedProcess, type ProcessHandle } from './shapes.ts'
import { type SentLine, sendLine } from './stdin-line.ts'

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
  disconnect(done?: Callback<Success>): void {
    this.#calls.run(async () => {
      this.#bus?.close()
      await this.#link.close()
      return success
    }, done)
  }

  close(done?: Callback<Success>): void {
    this.disconnect(done)
  }

  start(what: unknown, ...rest: readonly unknown[]): void {
    const { options, done } = split<readonly ProcessHandle[]>(rest)
    this.#calls.run(() => start(this.#link, what, optionsIn(options)), done)
  }

  stop(target: Target, ...rest: readonly unknown[]): void {
    const { done } = split<readonly ActedProcess[]>(rest)
    this.#calls.run(() => act(this.#link, 'stop', target), done)
  }

  restart(target: unknown, ...rest: readonly unknown[]): void {
    const { options, done } = split<readonly ActedProcess[]>(rest)
    this.#calls.run(() => again(this.#link, 'restart', [target, optionsIn(options)]), done)
  }

  reload(target: unknown, ...rest: readonly unknown[]): void {
    const { options, done } = split<readonly ActedProcess[]>(rest)
    this.#calls.run(() => again(this.#link, 'reload', [target, optionsIn(options)]), done)
  }

  delete(target: Target, ...rest: readonly unknown[]): void {
    const { done } = split<readonly ActedProcess[]>(rest)
    this.#calls.run(() => act(this.#link, 'delete', target), done)
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

  scale(name: string, count: Target, done?: Callback<Success>): void {
    this.#calls.run(() => scale(this.#link, name, count), done)
  }

  reset(target: Target, done?: Callback<Success>): void {
    this.#calls.run(() => reset(this.#link, target), done)
  }

  sendSignalToProcessId(name: string, id: Target, done?: Acted): void {
    this.#calls.run(() => signal(this.#link, name, id), done)
  }

  sendSignalToProcessName(name: string, service: string, done?: Acted): void {
    this.sendSignalToProcessId(name, service, done)
  }

  /** `(id, packet, done)` or `(packetWithId, done)`; a packet needs `topic` and `data`. */
  sendDataToProcessId(...given: readonly unknown[]): void {
    const { options, done } = split<Success & { readonly data: unknown }>(given)
    this.#calls.run(() => sendData(this.#link, options), done)
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
  reloadLogs(done?: Callback<Success>): void {
    this.#calls.run(async () => success, done)
  }

  dump(...rest: readonly unknown[]): void {
    const { done } = split<Success>(rest)
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      const { services } = await troupe.command('save', [], {})
      if (services === 0) throw new Error('Process list empty, cannot save empty list')
      return success
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

  killDaemon(done?: Callback<Success>): void {
    this.#calls.run(async () => {
      const troupe = await this.#link.open()
      await troupe.command('kill', [], {})
      this.#bus?.close()
      await this.#link.close()
      return success
    }, done)
  }

  kill(done?: Callback<Success>): void {
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
}
