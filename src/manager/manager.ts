import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Cancel, type Clock, every, sleep, systemClock } from '../base/clock.ts'
import type { Home } from '../control/home.ts'
import type { Lock } from '../control/lock.ts'
import { type Door, openDoor } from '../control/server.ts'
import { type TrustedKeys, trustedKeys } from '../fleet/keys.ts'
import { usageOf } from '../process/usage.ts'
import type { HostView } from '../protocol/views.ts'
import { ActionDesk } from './action-desk.ts'
import type { Config } from './config.ts'
import { type Dispatcher, dispatcher, type Handlers } from './dispatcher.ts'
import { diagnose } from './doctor.ts'
import { Fleet } from './fleet.ts'
import { makeWay } from './grace.ts'
import { handlersOf } from './handlers.ts'
import { helpText } from './help.ts'
import { hostView, modeOf } from './host-view.ts'
import { keyFile } from './key-file.ts'
import type { ManagerLog } from './manager-log.ts'
import { openRecords, type Records } from './records.ts'
import { recover } from './recovery.ts'
import { Roster } from './roster.ts'
import { SavedServices } from './saved-services.ts'
import { SettingsDesk } from './settings-desk.ts'
import { Sources } from './source/sources.ts'
import { openTree, type Tree } from './tree.ts'
import { Upkeep, wakeFrozen } from './upkeep.ts'

/** What a manager is opened with: the lock shows that no other one has this home. */
export interface ManagerOptions {
  readonly home: Home
  readonly lock: Lock
  readonly log: ManagerLog
  readonly env: NodeJS.ProcessEnv
  /** Monotonic time at which the process began. */
  readonly bornAt: number
  /** Called once everything is closed. */
  readonly ended: () => void
}

/** How often it is looked whether the socket file still stands. */
const doorMs = 2_000

/** How long running commands may take once the manager is to leave. */
const drainMs = 2_000

/** How a manager ends on purpose: the services stay, or were stopped before. */
export type Leaving = 'detach' | 'kill'

/** The daemon of one host, where its parts meet. It owns nothing that a service needs to run: it may die at any instant. */
export class Manager {
  readonly #options: ManagerOptions
  readonly #clock: Clock = systemClock
  readonly #startedAt = systemClock.date().getTime()
  readonly #settings: SettingsDesk
  readonly #records: Records
  readonly #tree: Tree
  readonly #roster: Roster
  readonly #fleet: Fleet
  readonly #upkeep: Upkeep
  readonly #keys: TrustedKeys
  readonly #desk: Dispatcher
  #doors: readonly Door[] = []
  #stopLooking: Cancel = () => {}
  #isLeaving = false

  private constructor(
    options: ManagerOptions,
    settings: SettingsDesk,
    records: Records,
    tree: Tree,
  ) {
    this.#options = options
    this.#settings = settings
    this.#records = records
    this.#tree = tree
    this.#keys = trustedKeys(keyFile(join(options.home.stateDir, 'keys.json')))
    this.#roster = this.#openRoster()
    this.#fleet = this.#openFleet()
    const { home, env } = options
    const clock = this.#clock
    const inTurn: Dispatcher['inTurn'] = (service, work) => this.#desk.inTurn(service, work)
    this.#upkeep = new Upkeep({ home, env, clock, records, tree, roster: this.#roster, inTurn })
    this.#desk = this.#openDesk(this.#openHandlers())
  }

  /** Resolves once everything that runs is adopted and the door is open. */
  static async open(options: ManagerOptions): Promise<Manager> {
    const { home, log, env } = options
    const apply = (config: Config): Promise<void> => manager.#fleet.configure(config)
    const settings = new SettingsDesk(home.configFile, env, apply)
    const { config } = settings
    const records = openRecords({ home, config, log, clock: systemClock })
    wakeFrozen(home)
    const reloaded = (service: string, isNew: boolean): void =>
      manager.#roster.reloaded(service, isNew)
    const tree = await openTree({ home, config, records, clock: systemClock, reloaded })
    const manager: Manager = new Manager(options, settings, records, tree)
    await manager.#begin()
    return manager
  }

  /** Tells the reason, sends what can still be sent, and lets go of every process without touching it. */
  async leave(how: Leaving, by: string): Promise<void> {
    if (this.#isLeaving) return
    this.#isLeaving = true
    this.#desk.beginLeaving()
    this.#options.log.info({ how, by }, 'leaving')
    this.#records.health.close()
    // Whoever follows a log would keep the manager for ever.
    await Promise.race([this.#desk.drain(), sleep(this.#clock, drainMs)])
    const type = how === 'detach' ? 'host.detaching' : 'host.shutdown'
    this.#records.herald.announce({ type, data: { reason: `asked by ${by}` } })
    this.#stopLooking()
    this.#tree.gate.close()
    // Whatever one of them meets, the next has its turn: a manager that was told to go must go.
    for (const part of [
      this.#upkeep,
      this.#fleet,
      ...this.#doors,
      this.#tree.supervision,
      this.#tree.processes,
      { close: () => this.#options.lock.release() },
    ]) {
      await part.close().catch((thrown: unknown) => this.#records.report('close', thrown))
    }
    this.#options.ended()
  }

  async #begin(): Promise<void> {
    const { log, bornAt } = this.#options
    const { herald, health } = this.#records
    const { config } = this.#settings
    if (config.redisUrl !== undefined) herald.expectFleet()
    const recovered = await recover(
      { ...this.#tree, roster: this.#roster, herald },
      this.#clock,
      bornAt,
    )
    this.#tree.gate.open()
    await this.#openDoor()
    this.#stopLooking = every(this.#clock, doorMs, () => this.#lookAfterDoor())
    log.info({ ...recovered, services: this.#roster.services.length }, 'up')
    health.open()
    this.#upkeep.open()
    await this.#fleet.configure(config)
  }

  async #openDoor(): Promise<void> {
    const { home, lock } = this.#options
    const { namespace: ns, host } = this.#settings.config
    const door = await openDoor({
      path: home.socket,
      lock,
      greeting: { ns, host },
      hub: this.#records.hub,
      onCommand: (command) => this.#desk.take({ ...command, via: 'local' }),
    })
    this.#doors = [...this.#doors, door]
  }

  /** A manager whose socket file somebody removed would be there for nobody. */
  #lookAfterDoor(): void {
    if (existsSync(this.#options.home.socket) || this.#isLeaving) return
    this.#options.log.warn('the socket file is gone, a new one is opened')
    this.#openDoor().catch((thrown: unknown) => this.#records.report('open the door again', thrown))
  }

  #openRoster(): Roster {
    const { herald } = this.#records
    const { supervision, board } = this.#tree
    return new Roster({
      ...this.#records,
      supervision,
      board,
      clock: this.#clock,
      idOf: (service) => this.#tree.estate.idOf(service),
      declared: (service) => {
        const { name } = service.spec
        this.#upkeep.declared(service)
        this.#fleet.serve(name)
        herald.announce({
          type: 'service.declared',
          service: name,
          data: { instances: service.slots.length },
        })
      },
      removed: (service) => {
        const { name } = service.spec
        this.#upkeep.removed(service)
        this.#fleet.leave(name)
        herald.announce({ type: 'service.removed', service: name, data: {} })
      },
    })
  }

  #openFleet(): Fleet {
    const { channels, journal, herald } = this.#records
    const { log } = this.#options
    const ports = {
      channels,
      epoch: journal.producer.epoch,
      clock: this.#clock,
      herald,
      help: helpText(this.#settings.config.namespace),
      hostInfo: () => JSON.stringify(this.#view()),
      reannounce: () => this.#tree.supervision.tellStates(),
      heard: (channel: string, raw: string) => this.#desk.take({ channel, raw, via: 'redis' }),
      log: (line: string) => log.warn(line),
    }
    return new Fleet(ports, () => this.#roster.names)
  }

  #openHandlers(): Handlers {
    const { store, herald } = this.#records
    const { board, around, estate } = this.#tree
    const clock = this.#clock
    const actions = new ActionDesk({ clock, roster: this.#roster, board, estate })
    herald.overhear((draft) => actions.hear(draft))
    return handlersOf({
      fleet: this.#fleet,
      ...this.#records,
      clock,
      roster: this.#roster,
      board,
      around,
      keys: this.#keys,
      settings: this.#settings,
      actions,
      estate,
      saved: new SavedServices(this.#options.home.stateDir, store),
      sources: new Sources({ clock: this.#clock, roster: this.#roster, board, store, around }),
      hostView: () => this.#view(),
      jobView: (service) => this.#upkeep.jobView(service),
      moving: (services) => this.#upkeep.moving(services),
      watchView: (service, path) => this.#upkeep.watchView(service, path),
      usageOf,
      doctor: () =>
        diagnose({
          home: this.#options.home,
          config: this.#settings.config,
          fleet: this.#fleet.link,
          services: this.#roster.services,
          clock: this.#clock,
        }),
      beginLeaving: () => this.#desk.beginLeaving(),
      leave: (how, by) => void this.leave(how, by),
    })
  }

  #openDesk(handlers: Handlers): Dispatcher {
    const { hub, herald, commands, report } = this.#records
    const settings = this.#settings
    const { config } = settings
    const bus = () => this.#fleet.link?.bus
    return dispatcher(handlers, {
      ns: config.namespace,
      host: config.host,
      get labels() {
        return settings.config.labels
      },
      mode: () => modeOf(this.#settings.config),
      resolve: (target) => this.#roster.resolve(target),
      names: () => this.#roster.names,
      keys: this.#keys,
      memory: commands,
      clock: this.#clock,
      timeOffsetMs: () => bus()?.timeOffsetMs() ?? 0,
      once: async (digest, mine) => (await bus()?.once(digest, mine)) ?? mine,
      reply: ({ id, replyTo, via }, body, status) => {
        const to = replyTo === undefined ? {} : { replyTo }
        if (via === 'redis') void bus()?.reply({ commandId: id, status, body, ...to })
        else if (replyTo !== undefined) {
          hub.publish(replyTo, body).catch((thrown: unknown) => report('reply', thrown))
        }
      },
      announce: (draft) => herald.announce(draft),
      makeWay: (call) => makeWay(this.#roster, call),
      dead: (message) => bus()?.dead(message),
      log: report,
    })
  }

  #view(): HostView {
    return hostView({
      home: this.#options.home,
      config: () => this.#settings.config,
      health: this.#records.health,
      fleet: this.#fleet,
      startedAt: this.#startedAt,
      services: () => this.#roster.names.length,
    })
  }
}
