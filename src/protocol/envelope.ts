import { type EventDraft, type EventScope, typeName } from './events.ts'
import { begin, fitted } from './event-size.ts'
import { limits } from './limits.ts'
import { sentence } from './sentence.ts'

/** The attributes of CloudEvents 1.0 (JSON, structured mode) that travel on every message. */
export interface Envelope {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject?: string
  /** RFC 3339. */
  readonly time: string
  readonly causationid?: string
  readonly correlationid?: string
  readonly expirytime?: string
  readonly replyto?: string
  readonly data: unknown
  /** Where it stands in the log: added by the log, never by the producer. */
  readonly logid?: string
  /** Contiguous within one log's epoch; zero-padded to 16 digits, so that it sorts as text. */
  readonly sequence?: string
}

/** What `data` of a life-cycle event always holds. */
export interface EventBody extends Omit<EventScope, 'cause'> {
  readonly host: string
  /** A sentence of at most 120 characters. */
  readonly text: string
  readonly [field: string]: unknown
}

/** An event of a host, a service or an instance (PROTOCOL §3): CloudEvents outside, `data` by its type. */
export interface LifecycleEvent extends Envelope {
  readonly data: EventBody
}

/** Who numbers events: one manager, for one life of its home's event journal. */
export interface Producer {
  readonly ns: string
  readonly host: string
  /** New whenever the home's numbering starts again. */
  readonly epoch: string
}

/** The id of the `seq`-th event of a producer: sortable within the epoch, so a gap shows. */
export function eventId({ host, epoch }: Producer, seq: number): string {
  return `${host}.${epoch}.${seq}`
}

/** Gives a draft its host, number and time; what is too long for an event is cut (`fitted`). */
export function eventFrom(
  draft: EventDraft,
  from: Producer,
  seq: number,
  at: Date,
): LifecycleEvent {
  const { type, cause, data, by, ...scope } = draft
  const { ns, host } = from
  const subject = subjectOf(scope)
  const text = begin(sentence(draft, host), limits.textChars)
  const said = { ...(by === undefined ? {} : { by }), ...data }
  const write = (what: Readonly<Record<string, unknown>>): LifecycleEvent => ({
    specversion: '1.0',
    id: eventId(from, seq),
    source: `/${ns}/${host}`,
    type: typeName(type),
    ...(subject === undefined ? {} : { subject }),
    time: at.toISOString(),
    ...(cause === undefined ? {} : { causationid: cause }),
    data: { host, text, ...scope, ...what },
  })
  return write(fitted(said, write))
}

function subjectOf({ service, slot }: EventScope): string | undefined {
  if (service === undefined) return undefined
  return slot === undefined ? service : `${service}#${slot}`
}

/** Puts the log's own attributes first, without parsing the event: what `append-event.lua` does on the server. */
export function withLogPosition(body: string, logid: string, sequence: number): string {
  return `{"logid":"${logid}","sequence":"${padSequence(sequence)}",${body.slice(1)}`
}

/** 16 digits, so that numbers sort as text too, as CloudEvents' `sequence` asks for. */
export function padSequence(sequence: number): string {
  return String(sequence).padStart(16, '0')
}
