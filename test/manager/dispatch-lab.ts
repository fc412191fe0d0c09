import { trustedKeys } from '../../src/fleet/keys.ts'
import type { Mode } from '../../src/fleet/authorise.ts'
import { memoryOnly } from '../../src/manager/command-memory.ts'
import {
  type Call,
  dispatcher,
  type DispatcherPorts,
  type Handlers,
  type Incoming,
} from '../../src/manager/dispatcher.ts'
import type { DeadMessage } from '../../src/manager/refusals.ts'
import type { EventDraft } from '../../src/protocol/events.ts'
import { encodeCommand, type OutgoingCommand } from '../../src/protocol/encode-command.ts'
import { channelsOf } from '../../src/protocol/names.ts'
import { type Op, opNames } from '../../src/protocol/operations.ts'
import type { Reply } from '../../src/protocol/replies.ts'
import { type KeyPair, newKeyPair, signCommand } from '../../src/protocol/signature.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'

export const channels = channelsOf('main')
export const anna = newKeyPair('anna')
export const stranger = newKeyPair('stranger')

/** What one host said, as one line each: `r1 done`, `r2 rejected unsigned`. */
export interface Said {
  readonly id: string
  readonly replyTo: string | undefined
  readonly reply: Reply
  readonly envelope: Readonly<Record<string, unknown>>
}

/** A call that a handler has begun, and that the test ends. */
export interface Begun {
  readonly call: Call<Op>
  readonly finish: (result?: unknown) => void
  readonly fail: (thrown: unknown) => void
}

type Options = Partial<DispatcherPorts> & {
  readonly mode?: () => Mode
  readonly services?: readonly string[]
  /** Every handler waits until the test ends its call. */
  readonly isSlow?: boolean
}

/** A dispatcher with a host of nothing but fakes around it. */
export function lab({
  services = ['api', 'web', 'My App'],
  isSlow = false,
  ...ports
}: Options = {}) {
  const clock = new FakeClock()
  // Midnight in 1970 is no time to have been a minute ago.
  clock.advance(1_000_000)
  const keys = trustedKeys({ load: () => [], save: () => {} })
  keys.trust(anna, clock.date())
  const said: Said[] = []
  const events: EventDraft[] = []
  const dead: DeadMessage[] = []
  const logged: string[] = []
  const begun: Begun[] = []
  const hastened: string[] = []

  const handle = (call: Call<Op>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      begun.push({ call, finish: resolve, fail: reject })
      if (!isSlow) resolve({ instances: [] })
    })
  // Every operation is handled alike, which the table of types cannot know.
  const handlers = Object.fromEntries(opNames.map((op) => [op, handle])) as unknown as Handlers

  const door = dispatcher(handlers, {
    ns: 'main',
    host: 'a',
    labels: { zone: 'x' },
    mode: () => 'open',
    resolve: ({ name, slot = 0 }) =>
      name === 'all' ? services : services.filter((each) => each === name && slot < 4),
    names: () => services,
    keys,
    memory: memoryOnly(clock),
    clock,
    timeOffsetMs: () => 0,
    once: async (_, mine) => mine,
    reply: ({ id, replyTo }, body) => {
      const envelope = JSON.parse(body)
      said.push({ id, replyTo, envelope, reply: envelope.data })
    },
    announce: (draft) => events.push(draft),
    makeWay: ({ id }) => hastened.push(id),
    dead: (message) => dead.push(message),
    log: (what, thrown) => logged.push(`${what}: ${String(thrown)}`),
    ...ports,
  })

  const take = (raw: string, more: Partial<Incoming> = {}): void =>
    door.take({ channel: channels.host('a'), via: 'redis', raw, ...more })
  return {
    clock,
    keys,
    said,
    events,
    dead,
    logged,
    begun,
    hastened,
    door,
    take,
    /** Takes a message and returns everything that was said once it is dealt with. */
    async hears(raw: string, more: Partial<Incoming> = {}): Promise<readonly string[]> {
      const before = said.length
      take(raw, more)
      await door.drain()
      return said.slice(before).map(({ reply }) => outline(reply))
    },
    get lines(): readonly string[] {
      return said.map(({ id, reply }) => `${id} ${outline(reply)}`)
    },
    get ran(): readonly string[] {
      return begun.map(({ call }) =>
        [
          call.op,
          ...call.services.map(
            ({ name, slot }) => `${name}${slot === undefined ? '' : `#${slot}`}`,
          ),
        ].join(' '),
      )
    },
  }
}

/** Lets everything that only waits for promises go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

export function command(members: Partial<OutgoingCommand> = {}): string {
  return encodeCommand({
    id: 'r1',
    op: 'restart',
    services: [{ name: 'api' }],
    args: {},
    by: 'anna',
    at: new Date(1_000_000),
    ...members,
  })
}

export function signed(
  members: Partial<OutgoingCommand> = {},
  {
    key = anna,
    channel = channels.host('a'),
  }: { readonly key?: KeyPair; readonly channel?: string } = {},
): Promise<string> {
  return signCommand(command(members), { ns: 'main', channel, key })
}

function outline(reply: Reply): string {
  return reply.status === 'rejected' ? `rejected ${reply.reason}` : reply.status
}
