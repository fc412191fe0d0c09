import { systemClock } from '../base/clock.ts'
import {
  act,
  type Acted,
  again,
  flush,
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
import { msgProcess, trigger } from './actions.ts'
import { type Callback, split } from './calls.ts'
import { dumpPlaces } from './dump-file.ts'
import { Pm2Session } from './instance.ts'
import { clearDump, dump, resurrect } from './keeping.ts'
import type { Target } from './link.ts'
import type { ProcessDescription } from './process-description.ts'
import { oneReload } from './reload-lock.ts'
import { serve } from './serving.ts'
import { SettingsFile } from './settings-file.ts'
import { sendLine } from './stdin-line.ts'
import { update } from './updating.ts'

/**
 * PM2's programmatic API (PM2-BEHAVIOUR §6) over a manager of Troupe: callbacks `(error, result)`, calls in order, connected
 * on demand. It inherits because one class cannot stand in two files, and PM2's users see one.
 */
export class Pm2 extends Pm2Session {
  readonly #dumps = dumpPlaces(process.env, this.places)
  readonly #settings = new SettingsFile(this.places.home)

  start(what: unknown, ...rest: readonly unknown[]): void {
    this.run(rest, (options) => start(this.link, what, optionsIn(options)))
  }

  stop(target: Target, ...rest: readonly unknown[]): void {
    this.run(rest, () => act(this.link, 'stop', target))
  }

  restart(target: unknown, ...rest: readonly unknown[]): void {
    this.run(rest, (options) => again(this.link, 'restart', [target, optionsIn(options)]))
  }

  /** One at a time in a home, as in PM2; `{force: true}` does not wait for that. */
  reload(target: unknown, ...rest: readonly unknown[]): void {
    this.run(rest, async (given) => {
      const options = optionsIn(given)
      await this.link.open()
      const { home } = this.places
      const isForced = options['force'] === true
      return oneReload({ home, env: process.env, clock: systemClock, isForced }, () =>
        again(this.link, 'reload', [target, options]),
      )
    })
  }

  delete(target: Target, ...rest: readonly unknown[]): void {
    this.run(rest, () => act(this.link, 'delete', target))
  }

  list(...rest: readonly unknown[]): void {
    this.run(rest, () => this.link.describe())
  }

  describe(target: Target, done?: Callback<readonly ProcessDescription[]>): void {
    this.calls.run(() => this.link.called(target), done)
  }

  getProcessIdByName(name: string, done?: Callback<readonly number[]>): void {
    this.calls.run(async () => (await this.link.called(name)).map(({ pm_id }) => pm_id), done)
  }

  getPID(...rest: readonly unknown[]): void {
    this.run(rest, async (options) => {
      const found = await this.link.called(targetIn(options))
      return found.map(({ pid }) => pid)
    })
  }

  scale(name: string, count: Target, done?: Callback<Success>): void {
    this.calls.run(() => scale(this.link, name, count), done)
  }

  reset(target: Target, done?: Callback<Success>): void {
    this.calls.run(() => reset(this.link, target), done)
  }

  sendSignalToProcessId(name: string, id: Target, done?: Acted): void {
    this.calls.run(() => signal(this.link, name, id), done)
  }

  sendSignalToProcessName(name: string, service: string, done?: Acted): void {
    this.sendSignalToProcessId(name, service, done)
  }

  /** `(id, packet, done)` or `(packetWithId, done)`; a packet needs `topic` and `data`. */
  sendDataToProcessId(...given: readonly unknown[]): void {
    this.run(given, (options) => sendData(this.link, options))
  }

  /** `(id, line, done)` or `(id, line, separator, done)`. */
  sendLineToStdin(...given: readonly unknown[]): void {
    this.run(given, (options) => sendLine(this.link, options))
  }

  /** `(target, action, [params], done)` */
  trigger(...given: readonly unknown[]): void {
    this.run(given, (options) => trigger(this.link, options))
  }

  msgProcess(...given: readonly unknown[]): void {
    this.run(given, (options) => msgProcess(this.link, options))
  }

  flush(...given: readonly unknown[]): void {
    this.run(given, (options) => flush(this.link, targetIn(options)))
  }

  /** Logs are appended to by their services, so there is nothing to open again. */
  reloadLogs(done?: Callback<Success>): void {
    this.calls.run(async () => success, done)
  }

  dump(...rest: readonly unknown[]): void {
    this.run(rest, ([isForced]) => dump(this.link, this.#dumps, isForced === true))
  }

  clearDump(done?: Callback<void>): void {
    this.calls.run(() => clearDump(this.link, this.#dumps), done)
  }

  autodump(done?: Callback<void>): void {
    // What should run is on disk already.
    this.calls.run(async () => {}, done)
  }

  resurrect(done?: Acted): void {
    this.calls.run(() => resurrect(this.link, this.#dumps), done)
  }

  /** `(path, port, options, commander, done)` */
  serve(...given: readonly unknown[]): void {
    this.run(given, (said) => serve(this.link, said))
  }

  /** Reloads, which is a restart where nothing else can be. */
  pullAndRestart(name: string, ...rest: readonly unknown[]): void {
    this.pullAndReload(name, ...rest)
  }

  pullAndReload(name: string, ...rest: readonly unknown[]): void {
    this.run(rest, () => update(this.link, name, { op: 'pull' }))
  }

  pullCommitId(name: string, commit: string, done?: Callback<string>): void {
    this.calls.run(() => update(this.link, name, { op: 'pull', commit }), done)
  }

  forward(name: string, done?: Callback<string>): void {
    this.calls.run(() => update(this.link, name, { op: 'forward' }), done)
  }

  backward(name: string, done?: Callback<string>): void {
    this.calls.run(() => update(this.link, name, { op: 'backward' }), done)
  }

  /** Answers what PM2 prints. */
  get(...given: readonly unknown[]): void {
    this.run(given, async (names) => {
      const name = targetIn(names)
      const value = await this.#settings.get(name === undefined ? undefined : String(name))
      if (value === undefined) throw new Error(`${name} is not set`)
      return value
    })
  }

  set(name: string, value: unknown, done?: Callback<Success>): void {
    this.calls.run(() => this.#settings.set(name, String(value)).then(() => success), done)
  }

  multiset(pairs: string, done?: Callback<Success>): void {
    this.calls.run(() => this.#settings.multiset(pairs).then(() => success), done)
  }

  unset(name: string, done?: Callback<Success>): void {
    this.calls.run(() => this.#settings.unset(name).then(() => success), done)
  }

  /** `get` with a name or nothing, `set` with a value behind it. */
  conf(...given: readonly unknown[]): void {
    const { options, done } = split<unknown>(given)
    const [, value] = options
    if (value === undefined || value === null) this.get(...options, done)
    else this.set(String(targetIn(options)), value, done)
  }
}
