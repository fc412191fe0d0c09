import type { Keys } from '../protocol/names.ts'
import type { OutboxEvent } from './outbox-event.ts'
import type { Parcel } from './outbox.ts'
import { readScript, type Script } from './script.ts'

/** Runs a script; {@link RedisLink} does. */
export interface ScriptRunner {
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>
}

/** Who writes, and where: the same for every call of one bus. */
export interface Writer {
  readonly host: string
  readonly keys: Keys
  /** Epoch of the producer's numbers. */
  readonly epoch: string
  /** What a log without an epoch gets as its own: each time another, so that an emptied log is seen to be new. */
  readonly logEpoch: () => string
  readonly sayChannel: string
  readonly hostChannel: string
}

/** What became of one event (`append-event.lua`). */
export type Appended =
  | { readonly kind: 'logged'; readonly logId: string; readonly complaint: string }
  | { readonly kind: 'dup' }
  | { readonly kind: 'behind' }

/** Where the log stands (`hello.lua`). */
export interface Hello {
  readonly serverMs: number
  readonly epoch: string
  readonly sequence: number
  readonly lastId: string
  /** The last event of this producer that the log has; undefined when it knows none of this epoch. */
  readonly lastSeq: number | undefined
  /** Why nothing can be written; empty when it can. */
  readonly refusal: string
}

/** What a heartbeat brings back (`heartbeat.lua`). */
export interface Beat {
  readonly serverMs: number
  readonly epoch: string
  readonly sequence: number
  readonly isProbed: boolean
  readonly refusal: string
}

/** A reply as it is stored: `body` is its envelope in JSON, `replyTo` the channel on which it is told as well. */
export interface ReplyEntry {
  readonly commandId: string
  readonly status: string
  readonly body: string
  readonly replyTo?: string
}

const logEntries = 100_000
const replyEntries = 10_000
const replySeconds = 600

/** The scripts of `scripts/`, with names for what goes in and comes out. */
export function wireOf(runner: ScriptRunner, writer: Writer): Wire {
  const { keys, host, epoch, logEpoch } = writer
  return {
    async append(parcel) {
      const args = appendArgs(writer, parcel)
      return asAppended(await runner.run(scripts().append, [keys.meta, keys.log, keys.state], args))
    },
    async hello() {
      return asHello(
        await runner.run(
          scripts().hello,
          [keys.meta, keys.log, keys.hosts],
          [host, logEpoch(), epoch],
        ),
        epoch,
      )
    },
    async beat(ttlMs, probe) {
      const args = [host, ttlMs, writer.hostChannel, probe, epoch]
      return asBeat(await runner.run(scripts().beat, [keys.hosts, keys.meta], args))
    },
    async reply({ commandId, status, body, replyTo = '' }) {
      const args = [host, status, body, replySeconds, replyEntries, replyTo]
      await runner.run(scripts().reply, [keys.replies(commandId)], args)
    },
  }
}

/**
 * What a host says to the server, one Lua script a call: each is done whole or not at all. All reject with the
 * error of Redis.
 */
export interface Wire {
  append(parcel: Parcel): Promise<Appended>
  hello(): Promise<Hello>
  beat(ttlMs: number, probe: string): Promise<Beat>
  reply(entry: ReplyEntry): Promise<void>
}

interface Scripts {
  readonly append: Script
  readonly hello: Script
  readonly beat: Script
  readonly reply: Script
}

let loaded: Scripts | undefined

/** Read when a bus is opened, not when a verb that needs none is typed. */
export function scripts(): Scripts {
  loaded ??= {
    append: readScript('append-event'),
    hello: readScript('hello'),
    beat: readScript('heartbeat'),
    reply: readScript('add-reply'),
  }
  return loaded
}

function appendArgs(writer: Writer, { event, previous }: Parcel): readonly (string | number)[] {
  return [
    writer.host,
    writer.epoch,
    event.seq,
    previous,
    event.body,
    logEntries,
    writer.logEpoch(),
    ...stateArgs(event),
    event.channel,
    writer.sayChannel,
    event.say,
  ]
}

function stateArgs({ state }: OutboxEvent): readonly string[] {
  return state ? [state.field, state.json ?? ''] : ['', '']
}

function asAppended(reply: unknown): Appended {
  const [kind, logId, , , complaint] = asTexts(reply)
  if (kind === 'dup' || kind === 'behind') return { kind }
  return { kind: 'logged', logId: logId ?? '', complaint: complaint ?? '' }
}

function asHello(reply: unknown, producer: string): Hello {
  const [now, epoch = '', sequence, lastId = '0-0', source = '', refusal = ''] = asTexts(reply)
  const [sourceEpoch, last] = source.split(' ')
  return {
    serverMs: Number(now),
    epoch,
    sequence: Number(sequence),
    lastId,
    lastSeq: sourceEpoch === producer ? Number(last) : undefined,
    refusal,
  }
}

function asBeat(reply: unknown): Beat {
  const [now, epoch = '', sequence, probed, refusal = ''] = asTexts(reply)
  return {
    serverMs: Number(now),
    epoch,
    sequence: Number(sequence),
    isProbed: probed === '1',
    refusal,
  }
}

function asTexts(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.map(String) : []
}
