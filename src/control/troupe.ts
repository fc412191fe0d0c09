import type { Declaration } from '../declaration/service.ts'
import type { Op, Params, Result } from '../protocol/operations.ts'
import type { HostView, InstanceView, ServiceView } from '../protocol/views.ts'
import type { WatchItem } from '../protocol/watch.ts'
import type { EventsOptions } from '../protocol/watch-wanted.ts'

/** One service or several: `api`, `api#2`, `all`, a numeric id, `/regex/` or a namespace. */
export type Services = string | readonly string[]

/** How a declaration is read. */
export interface StartOptions {
  /** Which of the declaration's environments applies: `production` for `env_production`. */
  readonly envName?: string
  /** Only these services of it. */
  readonly only?: readonly string[]
}

/** What acting on services led to. */
export interface Outcome {
  /** Every instance that was meant, as it is now. */
  readonly instances: readonly InstanceView[]
  /** What the caller should know, one sentence each. */
  readonly notes?: readonly string[]
}

/** How a command is waited for. */
export interface CommandOptions {
  /** How long the whole may take, in ms; without it, as long as the connection lives. */
  readonly timeoutMs?: number
  /** Hears what the manager sends on the way, such as lines of a followed log. */
  readonly onProgress?: (value: unknown) => void
  /** Stops the waiting, not the work. */
  readonly signal?: AbortSignal
}

/**
 * A connection to one manager: what the `troupe` command can do, from code.
 *
 * Every method that asks the manager rejects with a {@link TroupeError}: `E_REJECTED` when the
 * command was not run, the manager's own code when it failed, `E_TIMEOUT` when it was not
 * accepted within 2 s, `E_MANAGER_UNREACHABLE` when the manager went away, and `E_CLOSED`
 * after {@link Troupe.close}. A lost connection stays lost: connect again.
 */
export interface Troupe {
  /** Namespace and host of the manager. */
  readonly greeting: { readonly ns: string; readonly host: string }

  /**
   * Starts services and resolves when they are up, as `troupe start` does: from a declaration
   * file, a declaration read before, a script (a path with a slash or an extension), or by name.
   *
   * @throws TroupeError `E_DECLARATION` with every problem of the file
   * @example
   * await troupe.start('processes.json', { envName: 'production' })
   * await troupe.start(['api', 'worker'])
   */
  start(what: Services | Declaration, options?: StartOptions): Promise<Outcome>

  /**
   * Stops services and resolves when their processes are gone.
   *
   * @param options.grace how long a process has after SIGTERM, such as `"5s"`
   * @example await troupe.stop('worker', { grace: '10s' })
   */
  stop(services: Services, options?: Params<'stop'>): Promise<Outcome>

  /**
   * Stops and starts services, and resolves when they are up again.
   *
   * @example await troupe.restart('api#0')
   */
  restart(services: Services, options?: Params<'restart'>): Promise<Outcome>

  /**
   * Stops services and forgets them.
   *
   * @example await troupe.delete('all')
   */
  delete(services: Services): Promise<Outcome>

  /**
   * The state of every instance.
   *
   * @example for (const { service, state, pid } of await troupe.list()) …
   */
  list(): Promise<readonly InstanceView[]>

  /**
   * Everything about services; the names of their environment variables, never the values.
   *
   * @example const [api] = await troupe.describe('api')
   */
  describe(services: Services): Promise<readonly ServiceView[]>

  /**
   * What the manager says of itself.
   *
   * @example const { version, bus } = await troupe.ping()
   */
  ping(): Promise<HostView>

  /**
   * Every event of this host from now, or from an earlier point, in order and once. A `resync`
   * item says that the manager no longer knows what happened in between, and what is so now.
   * The iteration ends with `close()` or its signal, and throws when the connection breaks;
   * go on after a new `connect()` with the last item's `bookmark`.
   *
   * @example
   * for await (const item of troupe.events({ service: 'api', types: ['instance.exited'] })) {
   *   if (item.kind === 'event') report(item.event.data.text)
   * }
   */
  events(options?: EventsOptions): AsyncIterable<WatchItem<InstanceView>>

  /**
   * Any operation of the manager, typed by its name.
   *
   * @example const { stories } = await troupe.command('why', 'api', {})
   */
  command<O extends Op>(
    op: O,
    services: Services,
    params: Params<O>,
    options?: CommandOptions,
  ): Promise<Result<O>>

  /** Ends the connection, and every iteration over its events. The manager and its services stay. */
  close(): Promise<void>
}
