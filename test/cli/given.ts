import type { Place } from '../../src/cli/call.ts'
import { run } from '../../src/cli/run.ts'
import { paletteOf, type Screen } from '../../src/cli/screen.ts'
import type { Client } from '../../src/control/client.ts'
import { homeAt } from '../../src/control/home.ts'
import type { Op, Result, ServiceTarget } from '../../src/protocol/operations.ts'
import type { Reply } from '../../src/protocol/replies.ts'
import type {
  HostView,
  InstanceDetail,
  InstanceView,
  ServiceView,
} from '../../src/protocol/views.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { doorway } from '../control/given.ts'

/** A command as the manager hears it. */
export interface Asked {
  readonly op: Op
  readonly args: Readonly<Record<string, unknown>>
  readonly services: readonly ServiceTarget[]
}

type Refusal = Extract<Reply, { readonly status: 'rejected' | 'failed' }>

/** What a manager answers; operations that are left out are answered as an empty manager would. */
export type Answers = {
  readonly [O in Op]?: (asked: Asked) => Result<O> | Refusal
}

interface Given {
  readonly answers?: Answers
  /** False: none runs until a verb starts it. */
  readonly isRunning?: boolean
  /** Sent before the answer to an operation that follows something. */
  readonly progress?: readonly unknown[]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly home?: string
  readonly now?: Date
}

/** 23 November 2026, 14:05 on the clock at the wall, wherever the tests run. */
export const teaTime = new Date(2026, 10, 23, 14, 5)

/** A command line in front of a manager that answers as it is told. */
export function commandLine(given: Given = {}) {
  const { answers = {}, isRunning = true, env = {}, cwd = '/srv', progress = [] } = given
  const asked: Asked[] = []
  const screen = heldScreen()
  const clients: Client[] = []
  let starts = 0
  const answerOf: Answers = { ...defaults, ...answers }
  const door = doorway({ onCommand: ({ raw }) => void answer(JSON.parse(raw) as Sent) })

  async function answer({ id, replyto, data }: Sent): Promise<void> {
    const { op, args, target } = data
    const command = { op, args, services: target?.services ?? [] }
    asked.push(command)
    const say = (reply: object) =>
      door.hub.publish(replyto, JSON.stringify({ causationid: id, data: reply }))
    if (args['follow'] === true) {
      for (const value of progress) await say({ status: 'progress', op, value })
    }
    const result = answerOf[op]?.(command)
    const isRefusal = typeof result === 'object' && 'status' in result
    await say(isRefusal ? result : { status: 'done', op, result, ms: 1 })
  }

  async function enter(): Promise<Client> {
    const client = await door.client()
    clients.push(client)
    return client
  }

  const place: Place = {
    screen,
    door: {
      async ensure() {
        if (!isRunning) starts += 1
        return { client: await enter(), isNew: !isRunning }
      },
      find: async () => (isRunning ? enter() : undefined),
    },
    home: homeAt(given.home ?? '/home/anna/.troupe'),
    env: { HOME: '/home/anna', ...env },
    cwd,
    clock: Object.assign(new FakeClock(), { date: () => given.now ?? teaTime }),
  }

  /** Runs one command line and tells what it printed. */
  async function troupe(...argv: string[]) {
    screen.clear()
    const code = await run(argv, place)
    return { code, ...screen.held(), asked, starts }
  }

  return {
    troupe,
    screen,
    place,
    /** Resolves with how many heard it. */
    publish: (channel: string, payload: string) => door.hub.publish(channel, payload),
    /** Ends every connection to the manager. */
    hangUp: () => Promise.all(clients.map((client) => client.close())),
  }
}

interface Sent {
  readonly id: string
  readonly replyto: string
  readonly data: {
    readonly op: Op
    readonly args: Asked['args']
    readonly target?: { readonly services?: readonly ServiceTarget[] }
  }
}

function heldScreen(): Screen & { held(): { out: string; err: string }; clear(): void } {
  let out = ''
  let err = ''
  return {
    paint: paletteOf(false),
    isTerminal: false,
    print: (text) => void (out += `${text}\n`),
    note: (text) => void (err += `${text}\n`),
    write: (text) => void (out += text),
    held: () => ({ out, err }),
    clear() {
      out = ''
      err = ''
    },
  }
}

export function hostWith(given: Partial<HostView> = {}): HostView {
  return {
    host: 'laptop',
    namespace: 'main',
    labels: {},
    version: '0.1.0',
    pid: 40_000,
    home: '/home/anna/.troupe',
    startedAt: teaTime.getTime(),
    mode: 'open',
    bus: { kind: 'alone' },
    degraded: [],
    services: 1,
    load: 0.1,
    ...given,
  }
}

export function instanceWith(given: Partial<InstanceView> = {}): InstanceView {
  return {
    id: 0,
    service: 'worker',
    namespace: 'default',
    slot: 0,
    desired: 'up',
    state: 'online',
    mode: 'fork',
    pid: 41_216,
    restarts: 0,
    unstableRestarts: 0,
    onlineSince: teaTime.getTime() - 1_000,
    cpuPercent: 0,
    memoryBytes: 46 * 1024 ** 2,
    ...given,
  }
}

export function detailWith(given: Partial<InstanceDetail> = {}): InstanceDetail {
  return {
    ...instanceWith(given),
    outFile: '/home/anna/.troupe/logs/worker-out.log',
    errorFile: '/home/anna/.troupe/logs/worker-error.log',
    pidFile: '/home/anna/.troupe/pids/worker-0.pid',
    exits: [],
    ...given,
  }
}

export function serviceWith(given: Partial<ServiceView> = {}): ServiceView {
  return {
    name: 'worker',
    namespace: 'default',
    desired: 'up',
    script: '/srv/worker.js',
    args: [],
    interpreter: '/usr/bin/node',
    interpreterArgs: [],
    cwd: '/srv',
    envNames: [],
    shellNames: [],
    ownNames: ['PWD', 'TROUPE_SERVICE'],
    createdAt: teaTime.getTime(),
    autorestart: true,
    restart: 'always',
    mergeLogs: true,
    maxRestarts: 16,
    killTimeoutMs: 1_600,
    settings: {
      autostart: true,
      minUptimeMs: 1_000,
      restartDelayMs: 0,
      expBackoffMs: 0,
      stopExitCodes: [],
      listenTimeoutMs: 3_000,
      shutdownWithMessage: false,
      treekill: true,
      instanceVar: 'NODE_APP_INSTANCE',
    },
    instances: [detailWith()],
    ...given,
  }
}

const acted = () => ({ instances: [instanceWith()] })

const defaults: Answers = {
  ping: () => hostWith(),
  status: () => ({ host: hostWith(), instances: [instanceWith()] }),
  describe: () => ({ services: [serviceWith()] }),
  start: acted,
  stop: acted,
  restart: acted,
  reload: acted,
  scale: acted,
  reset: acted,
  signal: acted,
  send: acted,
  stdin: acted,
  delete: acted,
  declare: acted,
  inherit: acted,
  resurrect: acted,
  logs: () => ({ lines: [] }),
  events: () => ({ events: [], bookmark: { epoch: 'e', sequence: 0, lastId: '0-0' } }),
  why: () => ({ stories: [] }),
  save: () => ({ services: 1, file: '/home/anna/.troupe/state/saved.json' }),
  config: () => ({ config: {}, notes: [] }),
  keys: () => ({ keys: [] }),
  doctor: () => ({ findings: [] }),
}
