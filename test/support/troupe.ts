import { readFileSync, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { uniqueId } from '../../src/base/ids.ts'
import { type Client, openClient } from '../../src/control/client.ts'
import { troupeOver } from '../../src/control/connect.ts'
import { type DeclaredApp } from '../../src/control/declare.ts'
import { type Home, homeAt } from '../../src/control/home.ts'
import { lockHolder } from '../../src/control/lock.ts'
import { ensureManager } from '../../src/control/start-manager.ts'
import type { Outcome, Troupe } from '../../src/control/troupe.ts'
import { declarationFrom } from '../../src/declaration/declare.ts'
import { hostMachine } from '../../src/declaration/host-machine.ts'
import type { Declaration } from '../../src/declaration/service.ts'
import { hasArgument, readCommandLine } from '../../src/process/proc.ts'
import type { LifecycleEvent } from '../../src/protocol/envelope.ts'
import { type EventData, type EventType, shortType } from '../../src/protocol/events.ts'
import type { InstanceState, InstanceView } from '../../src/protocol/views.ts'
import { builtManager } from './built.ts'
import { eventually } from './eventually.ts'
import { bearersOf, isRunning, parentOf, tokenVariable, type Trace, tracesOf } from './traces.ts'

/** What a test declares: apps as they stand in a file, in the words of PM2. */
export interface Inline {
  readonly apps: readonly DeclaredApp[]
  readonly groups?: Readonly<Record<string, unknown>>
}

/** An event of one type, as the journal keeps it. */
export type EventOf<T extends EventType> = Omit<LifecycleEvent, 'data'> & {
  readonly data: LifecycleEvent['data'] & EventData[T]
}

/** A manager in a home of its own, as its user has it: started through the client, reached through the door. */
export class TestTroupe {
  readonly home: Home
  readonly token = uniqueId()
  #connection: Troupe | undefined

  constructor(dir: string) {
    this.home = homeAt(dir)
  }

  /** The present connection; after the death of a manager, {@link reconnect} first. */
  get client(): Troupe {
    if (this.#connection === undefined) throw new Error('connect first')
    return this.#connection
  }

  /**
   * Connects to the manager that is there, that its loop is about to start again, or else to a
   * new one, started as every verb of the command line does.
   */
  async reconnect(): Promise<Troupe> {
    await this.#connection?.close()
    const client = await eventually('a manager answers', async () =>
      this.#hasLoop() ? openClient(this.home.socket) : this.#start(),
    )
    this.#connection = troupeOver(client)
    return this.#connection
  }

  /** Declares services and resolves when they are up, or have come to rest elsewhere. */
  declare(inline: Inline, how: 'start' | 'restart' | 'reload' = 'start'): Promise<Outcome> {
    const params = { declaration: declarationOf(inline, this.home.dir) }
    return this.client.command('declare', [], { ...params, inherited: this.#environment(), how })
  }

  async view(service: string, slot = 0): Promise<InstanceView> {
    const views = await this.client.list()
    const view = views.find((each) => each.service === service && each.slot === slot)
    if (view === undefined) throw new Error(`nothing is known of ${service}#${slot}`)
    return view
  }

  async pidOf(service: string, slot = 0): Promise<number> {
    const { pid, state } = await this.view(service, slot)
    if (pid === undefined) throw new Error(`${service}#${slot} is ${state} and has no pid`)
    return pid
  }

  until(service: string, state: InstanceState): Promise<InstanceView> {
    return eventually(`${service} is ${state}`, async () => {
      const view = await this.view(service)
      return view.state === state ? view : undefined
    })
  }

  /** Resolves once the newest launch of a service has written its last word so far: `ready`, as the fixtures do. */
  async ready(service: string): Promise<void> {
    await eventually(`${service} is ready`, async () => {
      const { lines } = await this.client.command('logs', service, { lines: 1, streams: ['out'] })
      return lines.at(-1)?.line === 'ready' ? true : undefined
    })
  }

  /** What `troupe why` says, as one text. */
  async why(service: string): Promise<string> {
    const { stories } = await this.client.command('why', service, {})
    return stories
      .flatMap(({ headline, lines }) => [
        headline,
        ...lines.map((line) => `${line.what}: ${line.text}`),
      ])
      .join('\n')
  }

  /** The journal of this home, whether or not a manager lives. */
  journal(): readonly LifecycleEvent[] {
    const path = join(this.home.stateDir, 'events.jsonl')
    if (!existsSync(path)) return []
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line) as LifecycleEvent)
  }

  events<T extends EventType>(type: T, service?: string): readonly EventOf<T>[] {
    return this.journal().filter(
      (event): event is EventOf<T> =>
        shortType(event.type) === type && (service === undefined || event.data.service === service),
    )
  }

  traces(): readonly Trace[] {
    return tracesOf(this.home.dir)
  }

  managerPid(): Promise<number> {
    return eventually('a manager holds the lock', async () => {
      const pid = await lockHolder(this.home)
      return pid === undefined || pid === 0 ? undefined : pid
    })
  }

  /** `kill -9`; resolves once it is gone, before its loop can have started the next. */
  async killManager(): Promise<number> {
    const pid = await this.managerPid()
    process.kill(pid, 'SIGKILL')
    await eventually(`manager ${pid} is gone`, () => (isRunning(pid) ? undefined : true), {
      everyMs: 1,
    })
    return pid
  }

  /** Kills the manager and does not let the next one live until `meanwhile` has come true. */
  async withoutManager(meanwhile: () => Promise<unknown>): Promise<void> {
    const loop = parentOf(await this.managerPid())
    process.kill(loop, 'SIGSTOP')
    try {
      await this.killManager()
      await meanwhile()
    } finally {
      process.kill(loop, 'SIGCONT')
    }
  }

  /** Stops everything as a user would; whatever is left then is killed, and is a failure of the test. */
  async end(): Promise<void> {
    try {
      const client = await this.reconnect()
      await client.command('kill', [], {})
      await client.close()
      await eventually(
        'nobody is left',
        () => {
          const left = this.#left()
          if (left.length === 0) return true
          throw new Error(left.map((pid) => `pid ${pid}: ${readCommandLine(pid)}`).join('\n'))
        },
        { withinMs: 5_000 },
      )
    } finally {
      this.#killTheRest()
    }
  }

  async #start(): Promise<Client> {
    const env = { ...this.#environment(), TROUPE_HOME: this.home.dir }
    const { client } = await ensureManager(this.home, { argv: await builtManager(), env })
    return client
  }

  #hasLoop(): boolean {
    return this.#left().some((pid) => hasArgument(pid, 'troupe-manager'))
  }

  #left(): readonly number[] {
    return bearersOf(this.token)
  }

  /** The loop of a manager goes first: it would start the next one. */
  #killTheRest(): void {
    for (let round = 0; round < 5 && this.#left().length > 0; round++) {
      for (const pid of this.#left()) {
        if (isRunning(pid)) process.kill(pid, 'SIGKILL')
      }
    }
  }

  #environment(): Readonly<Record<string, string>> {
    const { PATH = '/usr/bin:/bin', LANG = 'C' } = process.env
    return { PATH, LANG, [tokenVariable]: this.token }
  }
}

/** What a file with these apps would mean, read from `cwd`. */
export function declarationOf(raw: Inline, cwd: string): Declaration {
  const around = { cwd, label: 'the test', bases: [cwd], machine: hostMachine }
  return declarationFrom({ raw, root: '' }, around)
}

/** A manager of this test alone, connected. When the test is over it is stopped, with everything it ran. */
export async function startManager(homeDir?: string): Promise<TestTroupe> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-manager-'))
  const troupe = new TestTroupe(homeDir ?? join(dir, 'home'))
  onTestFinished(async () => {
    try {
      await troupe.end()
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })
  await troupe.reconnect()
  return troupe
}
