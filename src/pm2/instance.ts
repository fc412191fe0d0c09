import { resolve } from 'node:path'
import { homeAt } from '../control/home.ts'
import { success, type Success } from './acting.ts'
import { Bus } from './bus.ts'
import { type Callback, Calls, split } from './calls.ts'
import { type Places, placesFrom } from './home.ts'
import { independentHome } from './independent.ts'
import { Link } from './link.ts'
import { destroy, kill, replace } from './manager-life.ts'

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

/** What every call of PM2's API stands on: which manager is meant, the connection to it, and its life. */
export class Pm2Session {
  readonly cwd: string
  readonly pm2_home: string
  readonly daemon_mode: boolean
  /** @internal */
  protected readonly places: Places
  /** @internal */
  protected readonly calls: Calls = new Calls()
  /** @internal */
  protected readonly link: Link
  /** All that were launched; each is told of everything. */
  readonly #buses: Bus[] = []

  constructor(options: CustomOptions = {}) {
    const { cwd = process.cwd(), pm2_home: home, independent = false, daemon_mode } = options
    if (independent && home !== undefined) {
      throw new Error('You cannot set a pm2_home and independent instance in same time')
    }
    this.cwd = resolve(cwd)
    this.places = placesFrom(process.env, independent ? independentHome() : home)
    this.pm2_home = this.places.pm2Home
    this.link = new Link(this.places.home, this.cwd)
    this.daemon_mode = daemon_mode ?? true
    if (independent) this.link.endWithUs(this.pm2_home)
    else if (!this.daemon_mode) this.link.endWithUs()
  }

  /** With `true` before the callback a manager that is started for this ends when this program does. */
  connect(...rest: readonly unknown[]): void {
    this.run<unknown>(rest, async ([isWithin]) => {
      if (isWithin === true) this.link.endWithUs()
      await this.link.open()
      const { socket } = homeAt(this.places.home)
      return {
        daemon_mode: this.daemon_mode,
        new_pm2_instance: this.link.isNew,
        pm2_home: this.pm2_home,
        rpc_socket_file: socket,
        // One socket has both.
        pub_socket_file: socket,
      }
    })
  }

  /** Ends the connection, so that the caller can end; services and manager stay. */
  disconnect(done?: Callback<Success>): void {
    this.calls.run(async () => {
      for (const bus of this.#buses.splice(0)) bus.close()
      await this.link.close()
      return success
    }, done)
  }

  close(done?: Callback<Success>): void {
    this.disconnect(done)
  }

  killDaemon(done?: Callback<Success>): void {
    this.calls.run(() => kill(this.link, this.#buses), done)
  }

  kill(done?: Callback<Success>): void {
    this.killDaemon(done)
  }

  /** Only a home that was made for this program. */
  destroy(done?: Callback<Success>): void {
    this.calls.run(() => destroy(this.link, this.#buses, this.places), done)
  }

  /** Replaces the manager; no service notices. */
  update(done?: Callback<Success>): void {
    this.calls.run(() => replace(this.link), done)
  }

  ping(done?: Callback<{ readonly msg: 'pong' }>): void {
    this.calls.run(async () => {
      await (await this.link.open()).ping()
      return { msg: 'pong' } as const
    }, done)
  }

  getVersion(done?: Callback<string>): void {
    this.calls.run(async () => (await (await this.link.open()).ping()).version, done)
  }

  launchBus(done: Callback<Bus>): void {
    this.calls.run(async () => {
      const troupe = await this.link.open()
      // What happens once the caller has its bus, is told by it.
      const { bookmark } = await troupe.command('events', [], { limit: 1 })
      const describe = (service: string) => this.link.called(service)
      const back = () => this.link.back()
      const bus = new Bus({ troupe, describe, bookmark, back })
      this.#buses.push(bus)
      return bus
    }, done)
  }

  /** @internal */
  protected run<T>(
    rest: readonly unknown[],
    work: (options: readonly unknown[]) => Promise<T>,
  ): void {
    const { options, done } = split<T>(rest)
    this.calls.run(() => work(options), done)
  }
}
